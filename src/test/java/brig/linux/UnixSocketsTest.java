package brig.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnixSocketsTest {
  @TempDir Path directory;

  @Test
  void theOtherEndOfAConnectionIsFoundByItsInode() throws Exception {
    Path path = directory.resolve("daemon.sock");
    UnixDomainSocketAddress address = UnixDomainSocketAddress.of(path);
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(address);
      assertThat(UnixSockets.peersOf(path.toString()::equals)).isEmpty();
      try (SocketChannel client = SocketChannel.open(address);
          SocketChannel accepted = server.accept()) {
        assertThat(accepted.isOpen() && client.isOpen()).isTrue();
        assertThat(UnixSockets.peersOf(path.toString()::equals))
            .hasSize(1)
            .containsValue(path.toString());
        assertThat(UnixSockets.peersOf("other"::equals)).isEmpty();
      }
    }
  }

  /** A message as linux/unix_diag.h has it, and one that is cut short. */
  @Test
  void messagesAreReadAsTheHeaderFilesSay() throws Exception {
    ByteBuffer in = ByteBuffer.allocate(60).order(ByteOrder.nativeOrder());
    in.putInt(60).putShort((short) 20).putShort((short) 2).putInt(1).putInt(0);
    in.put(new byte[] {1, 1, 1, 0}).putInt(77).putInt(0).putInt(0);
    in.putShort((short) 12)
        .putShort((short) 0)
        .put("/a.sock\0".getBytes(StandardCharsets.US_ASCII));
    in.putShort((short) 8).putShort((short) 2).putInt(1234);
    in.putShort((short) 8).putShort((short) 5).putInt(0);
    Map<Long, String> peers = new HashMap<>();
    assertThat(UnixSockets.messages(in.flip(), "/a.sock"::equals, peers)).isTrue();
    assertThat(peers).containsExactly(Map.entry(1234L, "/a.sock"));
    assertThat(UnixSockets.messages(in.limit(40), "/a.sock"::equals, peers)).isFalse();
    assertThat(UnixSockets.request()).hasSize(40);
  }
}
