package brig.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Waiting for descriptors: ppoll(2). */
public final class Poll {
  private static final short POLLIN = 1;
  private static final int POLLFD_SIZE = 8;
  private static final int EINTR = -Errno.EINTR.number();

  private Poll() {}

  /**
   * Waits until one of the descriptors can be read, or has come to its end.
   *
   * @param millis how long at most; negative: for ever
   * @return for each descriptor whether it is ready; none when the time is over
   */
  public static boolean[] readable(long millis, Fd... fds) throws LinuxException {
    long deadline = System.nanoTime() + millis * 1_000_000;
    try (Scratch memory = Scratch.take()) {
      MemorySegment polled = memory.bytes(fds.length * POLLFD_SIZE);
      for (int i = 0; i < fds.length; i++) {
        polled.set(ValueLayout.JAVA_INT, (long) i * POLLFD_SIZE, fds[i].number());
        polled.set(ValueLayout.JAVA_INT, (long) i * POLLFD_SIZE + 4, POLLIN);
      }
      MemorySegment timeout = memory.bytes(16);
      long result;
      do {
        if (millis >= 0) {
          long left = Math.max(0, deadline - System.nanoTime());
          timeout.set(ValueLayout.JAVA_LONG, 0, left / 1_000_000_000);
          timeout.set(ValueLayout.JAVA_LONG, 8, left % 1_000_000_000);
        }
        result =
            ProcessKernel.ppoll(polled.address(), fds.length, millis < 0 ? 0 : timeout.address());
      } while (result == EINTR);
      LinuxException.check(result, "ppoll", null);
      boolean[] ready = new boolean[fds.length];
      for (int i = 0; i < fds.length; i++) {
        ready[i] = polled.get(ValueLayout.JAVA_INT, (long) i * POLLFD_SIZE + 4) >>> 16 != 0;
      }
      return ready;
    }
  }
}
