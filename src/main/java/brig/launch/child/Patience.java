package brig.launch.child;

import brig.linux.Errno;
import brig.linux.LinuxException;

/** Waiting for what the kernel does soon, but not at once. */
final class Patience {
  private static final long MOST_NANOS = 10_000_000_000L;
  private static final long LONGEST_MILLIS = 20;

  private final String doing;
  private final String what;
  private final long deadline = System.nanoTime() + MOST_NANOS;
  private long millis = 1;

  Patience(String doing, String what) {
    this.doing = doing;
    this.what = what;
  }

  /** A little while, longer each time. */
  void wait1() throws LinuxException {
    if (System.nanoTime() > deadline) {
      throw new LinuxException(doing, what, Errno.EBUSY);
    }
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LinuxException(doing, what, Errno.EINTR);
    }
    millis = Math.min(millis * 2, LONGEST_MILLIS);
  }
}
