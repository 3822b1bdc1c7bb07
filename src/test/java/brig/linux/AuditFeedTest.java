package brig.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class AuditFeedTest {
  private static byte[] message(int type, String text, int length) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    ByteBuffer message =
        ByteBuffer.allocate((16 + bytes.length + 3) & ~3).order(ByteOrder.LITTLE_ENDIAN);
    message.putInt(length).putShort((short) type).putShort((short) 0).putInt(1).putInt(2);
    return message.put(bytes).array();
  }

  @Test
  void messagesAreToldApart() {
    byte[] first = message(1326, "audit(1.5:3): pid=4\0", 16 + 20);
    byte[] second = message(1300, "audit(1.5:4): x", 16 + 15);
    byte[] both = new byte[first.length + second.length];
    System.arraycopy(first, 0, both, 0, first.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    assertThat(AuditFeed.records(both))
        .containsExactly("type=1326 audit(1.5:3): pid=4", "type=1300 audit(1.5:4): x");
  }

  @Test
  void aLengthThatCannotBeIsTheRest() {
    assertThat(AuditFeed.records(message(1326, "audit(1.5:3): pid=4", 20000)))
        .containsExactly("type=1326 audit(1.5:3): pid=4");
    assertThat(AuditFeed.records(message(1326, "audit(1.5:3): pid=4", 3)))
        .containsExactly("type=1326 audit(1.5:3): pid=4");
    assertThat(AuditFeed.records(new byte[3])).isEmpty();
  }

  @Test
  @Tag("root")
  void whoIsRootMayListen() throws LinuxException {
    try (AuditFeed feed = AuditFeed.open()) {
      assertThat(feed.next(0)).isNotNull();
    }
  }
}
