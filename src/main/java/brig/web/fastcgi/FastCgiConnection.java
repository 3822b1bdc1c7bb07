package brig.web.fastcgi;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** A connection to an application server, which carries one request after another. */
final class FastCgiConnection implements AutoCloseable {
  private static final int BUFFER = 32 * 1024;

  private final SocketChannel channel;
  private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER);
  private final ByteBuffer pieceHeader = ByteBuffer.allocateDirect(RecordReader.HEADER);
  private boolean used;
  private long idleSince;

  private FastCgiConnection(SocketChannel channel) {
    this.channel = channel;
  }

  /** Not connected yet: it can be closed by another thread while it connects. */
  static FastCgiConnection to(SocketAddress address) throws IOException {
    if (address instanceof UnixDomainSocketAddress) {
      return new FastCgiConnection(SocketChannel.open(StandardProtocolFamily.UNIX));
    }
    SocketChannel channel = SocketChannel.open();
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    return new FastCgiConnection(channel);
  }

  void connect(SocketAddress address) throws IOException {
    channel.connect(address);
  }

  /** Writes all of them. */
  void write(ByteBuffer... pieces) throws IOException {
    long left = 0;
    for (ByteBuffer piece : pieces) {
      left += piece.remaining();
    }
    while (left > 0) {
      left -= channel.write(pieces);
    }
  }

  /** A piece of a request's body, in records. */
  void writeBody(int request, ByteBuffer bytes) throws IOException {
    int end = bytes.limit();
    while (bytes.position() < end) {
      int length = Math.min(end - bytes.position(), RecordWriter.MOST);
      bytes.limit(bytes.position() + length);
      pieceHeader.clear();
      RecordWriter.stdin(pieceHeader, request, length);
      write(pieceHeader.flip(), bytes);
      bytes.limit(end);
    }
  }

  void endBody(int request) throws IOException {
    pieceHeader.clear();
    RecordWriter.stdin(pieceHeader, request, 0);
    write(pieceHeader.flip());
  }

  /**
   * The next bytes; valid until the next call.
   *
   * @return empty at the end of the stream
   */
  ByteBuffer read() throws IOException {
    in.clear();
    channel.read(in);
    return in.flip();
  }

  /** The request has ended as it should: the connection may carry another. */
  void rest() {
    used = true;
    idleSince = System.nanoTime();
  }

  /** Whether it has carried a request before. */
  boolean isUsed() {
    return used;
  }

  boolean restedSince(long nanos) {
    return idleSince - nanos < 0;
  }

  /** Whether the other side has not closed it meanwhile, nor said something unasked. */
  boolean isAlive() {
    try {
      channel.configureBlocking(false);
      in.clear();
      int count = channel.read(in);
      channel.configureBlocking(true);
      return count == 0;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // It is gone either way.
    }
  }
}
