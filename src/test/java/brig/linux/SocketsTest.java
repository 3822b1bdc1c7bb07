package brig.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.Test;

class SocketsTest {
  private static int freePort() throws IOException {
    try (ServerSocket probe = new ServerSocket(0)) {
      return probe.getLocalPort();
    }
  }

  @Test
  void bothFamiliesListenOnOnePort() throws IOException {
    int port = freePort();
    try (Fd four = Sockets.listen("127.0.0.1:" + port);
        Fd six = Sockets.listen("[::]:" + port);
        Socket client = new Socket(InetAddress.ofLiteral("127.0.0.1"), port);
        Socket client6 = new Socket(InetAddress.ofLiteral("::1"), port)) {
      assertThat(four.number()).isNotEqualTo(six.number());
      assertThat(client.isConnected() && client6.isConnected()).isTrue();
    }
  }

  @Test
  void aTakenPortIsTold() throws IOException {
    int port = freePort();
    try (Fd first = Sockets.listen("127.0.0.1:" + port)) {
      assertThat(first.number()).isPositive();
      assertThatThrownBy(() -> Sockets.listen("127.0.0.1:" + port))
          .hasMessage("bind 127.0.0.1:" + port + ": EADDRINUSE (Address already in use)");
    }
  }

  @Test
  void aNameNeverReachesTheResolver() {
    assertThatThrownBy(() -> Sockets.listen("localhost:80"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Sockets.listen("[127.0.0.1]:80"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
