package brig.web.limits;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Gives up on a body that comes too slowly: fewer bytes a second than asked for, on the average of
 * the time that somebody waited for them.
 */
public final class SlowBodyHandler extends Handler.Wrapper {
  private static final long GRACE_NANOS = 5_000_000_000L;

  private final int bytesPerSecond;
  private final Set<Body> waiting = ConcurrentHashMap.newKeySet();

  public SlowBodyHandler(Handler handler, int bytesPerSecond, Deadlines deadlines) {
    super(handler);
    this.bytesPerSecond = bytesPerSecond;
    deadlines.always(this::look);
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    boolean none = request.getLength() == 0;
    return super.handle(none ? request : new Body(request), response, callback);
  }

  private void look() {
    long now = System.nanoTime();
    for (Body body : List.copyOf(waiting)) {
      if (body.isTooSlow(now) && waiting.remove(body)) {
        body.fail(
            new HttpException.RuntimeException(
                HttpStatus.REQUEST_TIMEOUT_408, "the body came too slowly"));
      }
    }
  }

  private final class Body extends Request.Wrapper {
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong waited = new AtomicLong();
    private volatile long since;

    Body(Request request) {
      super(request);
    }

    boolean isTooSlow(long now) {
      long nanos = waited.get() + (now - since);
      return nanos > GRACE_NANOS && bytes.get() < bytesPerSecond * (nanos / 1_000_000_000L);
    }

    @Override
    public Content.@Nullable Chunk read() {
      Content.Chunk chunk = super.read();
      if (chunk != null && !Content.Chunk.isFailure(chunk)) {
        long more = chunk.remaining();
        bytes.addAndGet(more);
      }
      return chunk;
    }

    @Override
    public void demand(Runnable callback) {
      since = System.nanoTime();
      waiting.add(this);
      super.demand(
          () -> {
            if (waiting.remove(this)) {
              waited.addAndGet(System.nanoTime() - since);
            }
            callback.run();
          });
    }
  }
}
