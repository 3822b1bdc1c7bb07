package brig.web.limits;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * So many requests a second of one client, and so many more at once. Whoever asks faster is told
 * when to come back. The memory is bounded: clients that were not seen for longest are forgotten.
 */
public final class RateHandler extends Handler.Wrapper {
  private static final int MOST_CLIENTS = 16 * 1024;

  private static final class Bucket {
    private double tokens;
    private long filled;
  }

  private final double perNano;
  private final double size;
  private final LongSupplier nanos;
  private final Map<String, Bucket> buckets =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
          return size() > MOST_CLIENTS;
        }
      };

  /**
   * @param perSecond of one client
   * @param burst at once beyond that
   */
  public RateHandler(Handler handler, int perSecond, int burst) {
    this(handler, perSecond, burst, System::nanoTime);
  }

  RateHandler(Handler handler, int perSecond, int burst, LongSupplier nanos) {
    super(handler);
    this.perNano = perSecond / 1e9;
    this.size = 1.0 + burst;
    this.nanos = nanos;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    long wait = take(ClientAddress.of(request));
    if (wait == 0) {
      return super.handle(request, response, callback);
    }
    response.getHeaders().put(HttpHeader.RETRY_AFTER, wait);
    Response.writeError(request, response, callback, HttpStatus.TOO_MANY_REQUESTS_429);
    return true;
  }

  /** Seconds until there is room again; 0: there is. */
  long take(String client) {
    long now = nanos.getAsLong();
    synchronized (buckets) {
      Bucket bucket = buckets.get(client);
      if (bucket == null) {
        bucket = new Bucket();
        bucket.tokens = size;
        bucket.filled = now;
        buckets.put(client, bucket);
      }
      bucket.tokens = Math.min(size, bucket.tokens + (now - bucket.filled) * perNano);
      bucket.filled = now;
      if (bucket.tokens >= 1) {
        bucket.tokens -= 1;
        return 0;
      }
      return (long) Math.ceil((1 - bucket.tokens) / perNano / 1e9);
    }
  }
}
