package brig.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/** The kernel's own log, which keeps the last few thousand messages: syslog(2). */
public final class KernelLog {
  private static final int SYSLOG_ACTION_READ_ALL = 3;
  private static final int SYSLOG_ACTION_SIZE_BUFFER = 10;

  private KernelLog() {}

  /**
   * All that it holds, a line each; nothing is taken out.
   *
   * @throws LinuxException EPERM: it is for CAP_SYSLOG alone here
   */
  public static String read() throws LinuxException {
    int size =
        (int)
            LinuxException.check(
                JailKernel.syslog(SYSLOG_ACTION_SIZE_BUFFER, 0, 0), "syslog", "the kernel's log");
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(size);
      int length =
          (int)
              LinuxException.check(
                  JailKernel.syslog(SYSLOG_ACTION_READ_ALL, buffer.address(), size),
                  "syslog",
                  "the kernel's log");
      byte[] bytes = buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }
}
