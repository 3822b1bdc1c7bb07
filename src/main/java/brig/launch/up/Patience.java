package brig.launch.up;

/**
 * How long to wait before a service that ended is started again: twice as long each time, until one
 * lives long enough.
 */
public final class Patience {
  /** The first wait. */
  public static final long FIRST_MILLIS = 200;

  /** The longest one. */
  public static final long LONGEST_MILLIS = 30_000;

  /** Whoever lived that long begins anew. */
  public static final long STEADY_MILLIS = 10_000;

  private long next = FIRST_MILLIS;

  /**
   * The wait after an end.
   *
   * @param lived how long it had run
   */
  public long after(long lived) {
    if (lived >= STEADY_MILLIS) {
      next = FIRST_MILLIS;
    }
    long wait = next;
    next = Math.min(LONGEST_MILLIS, next * 2);
    return wait;
  }
}
