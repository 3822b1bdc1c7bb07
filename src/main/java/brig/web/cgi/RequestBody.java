package brig.web.cgi;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;

/**
 * The body of a request. Its beginning is gathered before a program is bothered with it, and no
 * thread waits meanwhile: a client that sends slowly keeps a place on the network, not a program.
 */
public final class RequestBody {
  /** Gathered at most before a program begins. */
  public static final int MOST_GATHERED = 64 * 1024;

  /** Told when the beginning is there. */
  public interface Ready {
    /**
     * Called once.
     *
     * @param body what there is of it
     */
    void ready(RequestBody body);

    /** The client failed; likewise. */
    void failed(Throwable failure);
  }

  private final Request request;
  private byte[] bytes = new byte[0];
  private int length;
  private boolean whole;

  private RequestBody(Request request) {
    this.request = request;
  }

  /**
   * Gathers.
   *
   * @param most more is not waited for: the rest is for {@link BodyStream}
   */
  public static void gather(Request request, int most, Ready ready) {
    RequestBody body = new RequestBody(request);
    body.gather(most, ready);
  }

  private void gather(int most, Ready ready) {
    while (true) {
      Content.Chunk chunk = request.read();
      if (chunk == null) {
        request.demand(() -> gather(most, ready));
        return;
      }
      if (Content.Chunk.isFailure(chunk)) {
        ready.failed(chunk.getFailure());
        return;
      }
      append(chunk.getByteBuffer());
      whole = chunk.isLast();
      chunk.release();
      if (whole || length >= most) {
        ready.ready(this);
        return;
      }
    }
  }

  private void append(ByteBuffer piece) {
    int more = piece.remaining();
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(length + more, Math.min(2 * length, 1 << 20)));
    }
    piece.get(bytes, length, more);
    length += more;
  }

  /** Whether there is no more than what was gathered. */
  public boolean isWhole() {
    return whole;
  }

  /** What was gathered. */
  public ByteBuffer gathered() {
    return ByteBuffer.wrap(bytes, 0, length);
  }

  Request request() {
    return request;
  }
}
