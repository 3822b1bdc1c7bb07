package brig.audit;

import static org.assertj.core.api.Assertions.assertThat;

import brig.linux.Stat;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

/** acl(5), "ACCESS CHECK ALGORITHM". */
class ServiceTest {
  private static final Service SERVICE = new Service("s", 100, 100, List.of(200), false);

  private static Stat file(int mode, int uid, int gid) {
    return new Stat(Stat.S_IFREG | mode, uid, gid, 1, 1, 1, 1, 0, 0, 0, 1);
  }

  private static boolean may(int right, Stat stat) {
    return SERVICE.may(right, stat, null);
  }

  @Test
  void theFirstThatFitsOfOwnerGroupAndOthersDecides() {
    assertThat(may(Service.READ, file(0400, 100, 0))).isTrue();
    assertThat(may(Service.READ, file(0077, 100, 100))).as("an owner is no other").isFalse();
    assertThat(may(Service.WRITE, file(0020, 0, 200))).isTrue();
    assertThat(may(Service.READ, file(0004, 0, 200))).as("a member is no other").isFalse();
    assertThat(may(Service.READ, file(0004, 0, 0))).isTrue();
    assertThat(may(Service.WRITE, file(0755, 0, 0))).isFalse();
  }

  private static AccessList list(int... lines) {
    ByteBuffer bytes = ByteBuffer.allocate(4 + lines.length / 3 * 8).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(2);
    for (int i = 0; i < lines.length; i += 3) {
      bytes.putShort((short) lines[i]).putShort((short) lines[i + 1]).putInt(lines[i + 2]);
    }
    AccessList list = AccessList.read(bytes.array());
    assertThat(list).isNotNull();
    return list;
  }

  @Test
  void anAccessListNamesUsersAndGroupsAndItsMaskBindsThem() {
    Stat stat = file(0660, 0, 0);
    // user::rw-, user:100:rw-, group::---, mask::rw-, other::---
    assertThat(SERVICE.may(2, stat, list(1, 6, -1, 2, 6, 100, 4, 0, -1, 0x10, 6, -1, 0x20, 0, -1)))
        .isTrue();
    assertThat(SERVICE.may(2, stat, list(1, 6, -1, 2, 6, 100, 4, 0, -1, 0x10, 4, -1, 0x20, 0, -1)))
        .as("masked")
        .isFalse();
    assertThat(SERVICE.may(2, stat, list(1, 6, -1, 4, 0, -1, 8, 2, 200, 0x10, 6, -1, 0x20, 0, -1)))
        .as("by a group")
        .isTrue();
    assertThat(SERVICE.may(2, stat, list(1, 6, -1, 2, 6, 7, 4, 0, -1, 0x10, 6, -1, 0x20, 0, -1)))
        .as("another user's")
        .isFalse();
  }

  @Test
  void whatIsNoAccessListIsNone() {
    assertThat(AccessList.read(new byte[] {1, 2, 3})).isNull();
    assertThat(AccessList.read(new byte[] {9, 0, 0, 0})).isNull();
  }
}
