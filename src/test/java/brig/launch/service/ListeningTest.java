package brig.launch.service;

import static org.assertj.core.api.Assertions.assertThat;

import brig.linux.ProcessStatus;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class ListeningTest {
  @Test
  void addressesAreReadAsTheKernelWritesThem() {
    assertThat(Listening.address("0100007F:1F90")).isEqualTo("127.0.0.1:8080");
    assertThat(Listening.address("00000000:0050")).isEqualTo("0.0.0.0:80");
    assertThat(Listening.address("00000000000000000000000000000000:0050")).isEqualTo("[::]:80");
    assertThat(Listening.address("B80D01200000000067452301EFCDAB89:0050"))
        .isEqualTo("[2001:db8::123:4567:89ab:cdef]:80");
    assertThat(Listening.address("00000000000000000000000001000000:18EB")).isEqualTo("[::1]:6379");
  }

  @Test
  void aSocketOfThisProcessIsFound() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      assertThat(String.join(" ", Listening.of(ProcessStatus.self())))
          .contains("127.0.0.1:" + socket.getLocalPort());
    }
  }
}
