package brig.web.limits;

import brig.web.config.Limits;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.handler.SizeLimitHandler;

/** The bounds of a configuration around what answers. */
public final class Bounds {
  private Bounds() {}

  /** The same handler within them. */
  public static Handler around(Handler handler, Limits limits, Deadlines deadlines) {
    Handler bounded = handler;
    if (limits.bodyBytes() > 0) {
      SizeLimitHandler sizes = new SizeLimitHandler(limits.bodyBytes(), -1);
      sizes.setHandler(bounded);
      bounded = sizes;
    }
    if (limits.bytesPerSecond() > 0) {
      bounded = new SlowBodyHandler(bounded, limits.bytesPerSecond(), deadlines);
    }
    if (limits.requestsPerSecond() > 0) {
      bounded = new RateHandler(bounded, limits.requestsPerSecond(), limits.burst());
    }
    return bounded;
  }
}
