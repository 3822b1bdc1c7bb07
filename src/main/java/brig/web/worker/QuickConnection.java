package brig.web.worker;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * A connection that answers plain requests from memory. Bytes that are no such request, or only the
 * beginning of one, are given to the engine as they came, and from then on the engine reads; when
 * it has answered, and waits for the next request, it is this one's turn again.
 */
final class QuickConnection extends HttpConnection {
  private static final int READ = 8 * 1024;
  private static final int WRITE = 72 * 1024;

  /** A longer file is sent from where it is kept; a shorter one is cheaper to copy. */
  private static final int COPIED = 8 * 1024;

  private static final ThreadLocal<Space> SPACE = ThreadLocal.withInitial(Space::new);
  private static final ThreadLocal<QuickConnection> ENDING = new ThreadLocal<>();

  /** Buffers of a thread, of use between a read and the write that answers it. */
  private static final class Space {
    private final ByteBuffer in = ByteBuffer.allocateDirect(READ);
    private final ByteBuffer out = ByteBuffer.allocateDirect(WRITE);
    private final byte[] bytes = new byte[READ];
  }

  /** Whether this thread is about to end one, and holds nothing that others may wait for. */
  static boolean isEnding() {
    return ENDING.get() != null;
  }

  private final QuickAnswers answers;
  private final Callback again = new Again();
  private final Callback written = new Written();

  /** Bytes that the engine got from here: it counts those that it reads itself. */
  private volatile long handedOn;

  private final Callback closing = Callback.from(this::end, this::end);
  private @Nullable String address;

  QuickConnection(
      HttpConfiguration configuration,
      Connector connector,
      EndPoint endPoint,
      QuickAnswers answers) {
    super(configuration, connector, endPoint);
    this.answers = answers;
  }

  @Override
  public void onFillable() {
    if (answers.isOpen() && isRequestBufferEmpty() && getParser().isStart()) {
      quick();
    } else {
      super.onFillable();
    }
  }

  /** Whether there was nothing to do but to wait for the next request; it is waited for then. */
  boolean hasLeftToWait() {
    if (!answers.isOpen() || !isRequestBufferEmpty() || !getParser().isStart()) {
      return false;
    }
    getEndPoint().fillInterested(again);
    return true;
  }

  private void quick() {
    Space space = SPACE.get();
    try {
      while (true) {
        ByteBuffer in = space.in;
        BufferUtil.clear(in);
        int filled = getEndPoint().fill(in);
        if (filled == 0) {
          getEndPoint().fillInterested(again);
          return;
        }
        if (filled < 0) {
          super.onFillable(); // it reads the end once more, and does what is due
          return;
        }
        if (!answer(space, in)) {
          return;
        }
        if (filled < READ) {
          getEndPoint().fillInterested(again); // there is hardly more: it would be told of
          return;
        }
      }
    } catch (IOException e) {
      getEndPoint().close(e);
    }
  }

  /** Whether to read on: all of it was answered, and all of the answers are written. */
  private boolean answer(Space space, ByteBuffer in) throws IOException {
    int length = in.remaining();
    in.get(in.position(), space.bytes, 0, length);
    ByteBuffer out = space.out.clear();
    @Nullable ByteBuffer file = null;
    int at = 0;
    boolean last = false;
    long began = answers.logs() ? System.nanoTime() : 0;
    while (at < length && !last && file == null) {
      QuickRequest request = QuickRequest.parse(space.bytes, at, length);
      QuickAnswers.Answer found =
          request == null ? null : answers.find(request.host(), request.path());
      if (request == null || found == null || found.headSize() > out.remaining()) {
        break;
      }
      boolean copied = found.body().remaining() <= COPIED;
      if (copied && found.headSize() + found.body().remaining() > out.remaining()) {
        break;
      }
      last = request.isLast();
      answers.writeHead(found, last, out);
      if (copied) {
        out.put(found.body().duplicate());
      } else {
        file = found.body().duplicate();
      }
      at += request.length();
      answers.given(request, found, address(), began);
    }
    out.flip();
    if (last) {
      return end(out, file);
    }
    boolean whole = at == length;
    if (!whole) {
      // The engine's from here on; whatever was answered goes out first.
      in.position(in.position() + at);
      long before = handedOn; // one thread at a time has the connection
      handedOn = before + in.remaining();
      onUpgradeTo(in);
    }
    if (!flush(out, file, written)) {
      return false;
    }
    if (!whole) {
      super.onFillable();
      return false;
    }
    return true;
  }

  /** Whoever waits for the end of a header must see that it has begun. */
  @Override
  public long getBytesIn() {
    return super.getBytesIn() + handedOn;
  }

  /** What comes after a request that said it was the last is not looked at. */
  private boolean end(ByteBuffer out, @Nullable ByteBuffer file) throws IOException {
    if (flush(out, file, closing)) {
      end();
    }
    return false;
  }

  /** False: not yet, and the callback will be told. */
  private boolean flush(ByteBuffer out, @Nullable ByteBuffer file, Callback after)
      throws IOException {
    ByteBuffer[] pieces = file == null ? new ByteBuffer[] {out} : new ByteBuffer[] {out, file};
    if ((file == null && !out.hasRemaining()) || getEndPoint().flush(pieces)) {
      return true;
    }
    // The space is the thread's: what the client does not take yet is copied.
    pieces[0] = ByteBuffer.allocate(out.remaining()).put(out).flip();
    getEndPoint().write(after, pieces);
    return false;
  }

  private void end() {
    ENDING.set(this);
    try {
      getEndPoint().close();
    } finally {
      ENDING.remove();
    }
  }

  private void end(Throwable cause) {
    getEndPoint().close(cause);
  }

  private String address() {
    String known = address;
    if (known == null) {
      known =
          getEndPoint().getRemoteSocketAddress() instanceof InetSocketAddress from
              ? from.getAddress().getHostAddress()
              : "-";
      address = known;
    }
    return known;
  }

  private final class Again implements Callback {
    @Override
    public void succeeded() {
      onFillable();
    }

    @Override
    public void failed(Throwable cause) {
      onFillInterestedFailed(cause);
    }

    @Override
    public InvocationType getInvocationType() {
      return InvocationType.NON_BLOCKING;
    }
  }

  private final class Written implements Callback {
    @Override
    public void succeeded() {
      if (isRequestBufferEmpty()) {
        onFillable();
      } else {
        QuickConnection.super.onFillable();
      }
    }

    @Override
    public void failed(Throwable cause) {
      getEndPoint().close(cause);
    }

    @Override
    public InvocationType getInvocationType() {
      return InvocationType.NON_BLOCKING;
    }
  }
}
