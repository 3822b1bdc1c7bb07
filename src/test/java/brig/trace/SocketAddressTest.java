package brig.trace;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SocketAddressTest {
  private static String text(int... bytes) {
    byte[] address = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      address[i] = (byte) bytes[i];
    }
    return SocketAddress.of(address).text();
  }

  private static String inet6(int... groups) {
    int[] bytes = new int[28];
    bytes[0] = 10;
    bytes[2] = 1;
    bytes[3] = 0xBB;
    for (int i = 0; i < 8; i++) {
      bytes[8 + 2 * i] = groups[i] >> 8;
      bytes[9 + 2 * i] = groups[i] & 0xFF;
    }
    return text(bytes);
  }

  @Test
  void unixAddressesArePathsAbstractNamesOrNothing() {
    assertThat(SocketAddress.of(new byte[] {1, 0, '/', 'a', 0, 'x'}))
        .isEqualTo(new SocketAddress(SocketAddress.Kind.PATH, "/a"));
    assertThat(SocketAddress.of(new byte[] {1, 0, '/', 'a'}).text()).isEqualTo("/a");
    assertThat(text(1, 0, 0, 'a', 'b')).isEqualTo("@ab");
    assertThat(text(1, 0)).isEqualTo("unnamed");
  }

  @Test
  void internetAddressesAreWrittenAsPeopleWriteThem() {
    assertThat(text(2, 0, 0, 80, 127, 0, 0, 1, 0, 0)).isEqualTo("127.0.0.1:80");
    assertThat(inet6(0, 0, 0, 0, 0, 0, 0, 1)).isEqualTo("[::1]:443");
    assertThat(inet6(0, 0, 0, 0, 0, 0, 0, 0)).isEqualTo("[::]:443");
    assertThat(inet6(0x2001, 0xdb8, 0, 0, 1, 0, 0, 0)).isEqualTo("[2001:db8:0:0:1::]:443");
    assertThat(inet6(0x2001, 0xdb8, 0, 1, 1, 1, 1, 1)).isEqualTo("[2001:db8:0:1:1:1:1:1]:443");
  }

  @Test
  void whatIsCutShortOrUnknownIsTold() {
    assertThat(text()).isEmpty();
    assertThat(text(2)).isEmpty();
    assertThat(text(2, 0, 0)).isEqualTo("family 2");
    assertThat(text(10, 0, 0, 0, 0, 0, 0, 0, 0)).isEqualTo("family 10");
    assertThat(text(0xFF, 0xFF)).isEqualTo("family 65535");
    assertThat(text(16, 0, 0, 0)).isEqualTo("netlink");
    assertThat(text(0, 0)).isEqualTo("none");
  }
}
