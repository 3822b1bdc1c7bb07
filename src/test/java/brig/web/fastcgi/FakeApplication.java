package brig.web.fastcgi;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** An application server that does what a test says, once for each connection. */
final class FakeApplication implements AutoCloseable {
  /** What it does with a connection. */
  interface Behaviour {
    void serve(SocketChannel channel, int number) throws Exception;
  }

  private final ServerSocketChannel listener;
  private final AtomicInteger connections = new AtomicInteger();

  FakeApplication(Path socket, Behaviour behaviour) throws IOException {
    listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    listener.bind(UnixDomainSocketAddress.of(socket));
    Thread.ofPlatform().daemon(true).start(() -> accept(behaviour));
  }

  private void accept(Behaviour behaviour) {
    while (true) {
      try {
        SocketChannel channel = listener.accept();
        int number = connections.incrementAndGet();
        Thread.ofPlatform()
            .daemon(true)
            .start(
                () -> {
                  try (channel) {
                    behaviour.serve(channel, number);
                  } catch (Exception e) {
                    // The other side has what it wanted.
                  }
                });
      } catch (IOException e) {
        return;
      }
    }
  }

  int connections() {
    return connections.get();
  }

  /** Reads a record; null at the end of the stream. */
  static byte[] record(SocketChannel channel) throws IOException {
    ByteBuffer header = full(channel, 8);
    int length = (header.get(4) & 0xFF) << 8 | (header.get(5) & 0xFF);
    byte[] content = full(channel, length + (header.get(6) & 0xFF)).array();
    byte[] record = new byte[8 + length];
    header.get(0, record, 0, 8);
    System.arraycopy(content, 0, record, 8, length);
    return record;
  }

  private static ByteBuffer full(SocketChannel channel, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer) < 0) {
        throw new IOException("end");
      }
    }
    return buffer;
  }

  /** Reads a whole request; returns its body. */
  static String request(SocketChannel channel) throws IOException {
    StringBuilder body = new StringBuilder();
    while (true) {
      byte[] record = record(channel);
      if (record[1] == 5) {
        if (record.length == 8) {
          return body.toString();
        }
        body.append(new String(record, 8, record.length - 8, StandardCharsets.ISO_8859_1));
      }
    }
  }

  static void say(SocketChannel channel, String text) throws IOException {
    write(channel, RecordTest.record(6, 1, text.getBytes(StandardCharsets.ISO_8859_1), 0));
  }

  static void write(SocketChannel channel, byte[] bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
