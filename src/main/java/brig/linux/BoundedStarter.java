package brig.linux;

/**
 * A thread that starts children and gives up, for good, what none of them may have. A child
 * inherits the bounding set, which never grows (capabilities(7)): it need not do the same once
 * more, which is most of its calls.
 */
public final class BoundedStarter {
  private static final int PR_CAPBSET_READ = 23;

  /** How many capabilities this kernel knows. */
  private static final int KNOWN = known();

  /** What the bounding set of a thread can hold, of what the kernel knows. */
  private static final ThreadLocal<Long> BOUNDS =
      ThreadLocal.withInitial(() -> KNOWN == Long.SIZE ? -1L : (1L << KNOWN) - 1);

  private BoundedStarter() {}

  private static int known() {
    int count = 0;
    while (count < Long.SIZE && JailKernel.prctl(PR_CAPBSET_READ, count, 0) >= 0) {
      count++;
    }
    return count;
  }

  /**
   * The calling thread gives it up, and reads it back.
   *
   * @param kept what its children may have
   * @throws LinuxException it cannot, or it has not
   */
  public static void become(long kept) throws LinuxException {
    Capabilities.boundBy(kept);
    for (int number = 0; number < KNOWN; number++) {
      if ((kept >>> number & 1) == 0 && JailKernel.prctl(PR_CAPBSET_READ, number, 0) != 0) {
        throw new LinuxException("read back the bounding set", null, Errno.EPERM);
      }
    }
    BOUNDS.set(BOUNDS.get() & kept);
  }

  /** What a child of the calling thread must still give up to have no more than is kept. */
  static long surplus(long kept) {
    return BOUNDS.get() & ~kept;
  }
}
