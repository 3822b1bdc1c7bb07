package brig.web.fastcgi;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import org.eclipse.jetty.io.ManagedSelector;
import org.jspecify.annotations.Nullable;

/**
 * A connection to an application server, which carries one request after another.
 *
 * <p>From its first rest on it is selected together with visitors' connections, if there is a
 * selector to do so, and no longer waits in its calls: either somebody {@link #hears} of what
 * comes, or a thread that reads and writes waits for its turn.
 */
final class FastCgiConnection implements AutoCloseable, ManagedSelector.Selectable {
  private static final int BUFFER = 32 * 1024;

  private final SocketChannel channel;
  private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER);
  private final ByteBuffer pieceHeader = ByteBuffer.allocateDirect(RecordReader.HEADER);
  private final Object lock = new Object();
  private @Nullable ManagedSelector selector;
  private @Nullable SelectionKey key;
  private @Nullable Runnable hearer;
  private int interest = SelectionKey.OP_READ;
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

  /** Is selected there from now on; only the first counts. */
  void selectedBy(ManagedSelector by) throws IOException {
    synchronized (lock) {
      if (selector != null) {
        return;
      }
      channel.configureBlocking(false);
      selector = by;
    }
    by.submit(this::register);
  }

  private void register(Selector with) {
    synchronized (lock) {
      try {
        key = channel.register(with, interest, this);
      } catch (ClosedChannelException e) {
        // Whoever used it has seen it closed, or will.
      }
    }
  }

  boolean isSelectedBy(ManagedSelector by) {
    return by.equals(selector);
  }

  boolean isSelected() {
    return selector != null;
  }

  /**
   * Who is called, on the selecting thread, as long as there is something to read, or the end;
   * null: nobody, for a thread reads and writes.
   */
  void hears(@Nullable Runnable hearer) {
    synchronized (lock) {
      this.hearer = hearer;
      if (hearer != null && interest != SelectionKey.OP_READ) {
        want(SelectionKey.OP_READ);
      }
    }
  }

  @Override
  public @Nullable Runnable onSelected() {
    synchronized (lock) {
      if (hearer != null) {
        return hearer;
      }
      SelectionKey selected = key;
      if (selected != null) {
        interest &= ~selected.readyOps(); // one thread may wait to read, another to write
        tellKey();
        lock.notifyAll();
      }
      return null;
    }
  }

  @Override
  public void updateKey() {
    // It is told at once.
  }

  @Override
  public void replaceKey(SelectionKey other) {
    synchronized (lock) {
      key = other;
    }
  }

  private void want(int operations) {
    interest = operations;
    ManagedSelector by = selector;
    if (by != null) {
      by.submit(_ -> tellKey());
    }
  }

  private void tellKey() {
    synchronized (lock) {
      SelectionKey told = key;
      try {
        if (told != null) {
          told.interestOps(interest);
        }
      } catch (CancelledKeyException e) {
        // It is closed.
      }
    }
  }

  private void await(int operation) throws IOException {
    synchronized (lock) {
      want(interest | operation);
      while ((interest & operation) != 0 && channel.isOpen()) {
        try {
          lock.wait();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new InterruptedIOException();
        }
      }
    }
    if (!channel.isOpen()) {
      throw new AsynchronousCloseException();
    }
  }

  /** Writes all of them; waits for it. */
  void write(ByteBuffer... pieces) throws IOException {
    long left = 0;
    for (ByteBuffer piece : pieces) {
      left += piece.remaining();
    }
    while (left > 0) {
      long written = channel.write(pieces);
      left -= written;
      if (written == 0) {
        await(SelectionKey.OP_WRITE);
      }
    }
  }

  /** Writes what there is room for. */
  void writeSome(ByteBuffer bytes) throws IOException {
    channel.write(bytes);
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
   * The next bytes; waits for them. Valid until the next call.
   *
   * @return empty at the end of the stream
   */
  ByteBuffer read() throws IOException {
    in.clear();
    while (channel.read(in) == 0) {
      await(SelectionKey.OP_READ);
    }
    return in.flip();
  }

  /**
   * What there is; valid until the next call.
   *
   * @return empty at the end of the stream; null: nothing has come
   */
  @Nullable ByteBuffer readSome() throws IOException {
    in.clear();
    return channel.read(in) == 0 ? null : in.flip();
  }

  /** The request has ended as it should: the connection may carry another. */
  void rest() {
    idleSince = System.nanoTime();
  }

  boolean restedSince(long nanos) {
    return idleSince - nanos < 0;
  }

  /** Whether the other side has not closed it meanwhile, nor said something unasked. */
  boolean isAlive() {
    try {
      if (isSelected()) {
        return readSome() == null;
      }
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
    synchronized (lock) {
      lock.notifyAll();
    }
  }
}
