package brig.web.raw;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two thousand connections whose requests never come to their end (slow loris). */
@Tag("root")
class SlowClientsTest {
  private static final int MANY = 2000;
  private static final int PATIENCE_SECONDS = 30;

  @TempDir Path directory;

  private Served serve(String... limits) throws Exception {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path site = Files.createDirectory(directory.resolve("site"));
    Files.writeString(site.resolve("index.html"), "the page\n");
    List<String> lines = new ArrayList<>(List.of("root = \"site\"", "[limits]"));
    lines.addAll(List.of(limits));
    return Served.start(directory, lines.toArray(new String[0]));
  }

  /** Connections that have said the beginning of a request, from so many addresses in turn. */
  private static final class Slow implements AutoCloseable {
    private final List<SocketChannel> open = new ArrayList<>();

    Slow(int port, int addresses) throws IOException {
      boolean whole = false;
      try {
        for (int i = 0; i < MANY; i++) {
          SocketChannel client = SocketChannel.open();
          open.add(client);
          byte[] from = {127, 0, 1, (byte) (1 + i % addresses)};
          client.bind(new InetSocketAddress(InetAddress.getByAddress(from), 0));
          client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
          client.configureBlocking(false);
          say(client);
        }
        whole = true;
      } finally {
        if (!whole) {
          close();
        }
      }
    }

    private static void say(SocketChannel client) {
      try {
        client.write(
            ByteBuffer.wrap("GET / HTTP/1.1\r\nX-Slow: ".getBytes(StandardCharsets.US_ASCII)));
      } catch (IOException e) {
        // It was one too many, and is closed already.
      }
    }

    /** How many the server has not closed. */
    int left() throws IOException {
      for (SocketChannel client : List.copyOf(open)) {
        if (isClosed(client)) {
          client.close();
          open.remove(client);
        }
      }
      return open.size();
    }

    private static boolean isClosed(SocketChannel client) {
      ByteBuffer answer = ByteBuffer.allocate(1024);
      try {
        int count = client.read(answer);
        while (count > 0) { // 408, say
          answer.clear();
          count = client.read(answer);
        }
        return count < 0;
      } catch (IOException e) {
        return true;
      }
    }

    void awaitLeft(int wanted) throws Exception {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
      int left = left();
      while (left > wanted && System.nanoTime() < end) {
        Thread.sleep(50);
        left = left();
      }
      assertThat(left).isEqualTo(wanted);
    }

    @Override
    public void close() throws IOException {
      for (SocketChannel client : open) {
        client.close();
      }
    }
  }

  private static void othersAreServed(Served served) throws IOException {
    for (int i = 0; i < 20; i++) {
      assertThat(served.get("/")).startsWith("HTTP/1.1 200 ").endsWith("the page\n");
    }
  }

  @Test
  void thoseOfManyClientsKeepNobodyOutAndAreEndedWhenTheirTimeIsOver() throws Exception {
    try (Served served = serve("header_timeout = \"5s\"", "idle_timeout = \"60s\"");
        Slow slow = new Slow(served.port(), 4)) {
      othersAreServed(served);
      slow.awaitLeft(0);
      othersAreServed(served);
    }
  }

  @Test
  void oneClientHasNoMoreThanItsShareOfThem() throws Exception {
    try (Served served = serve("header_timeout = \"60s\"", "idle_timeout = \"60s\"");
        Slow slow = new Slow(served.port(), 1)) {
      slow.awaitLeft(1000); // connections_of_one, as it is by itself
      othersAreServed(served);
      assertThat(slow.left()).isEqualTo(1000);
    }
  }
}
