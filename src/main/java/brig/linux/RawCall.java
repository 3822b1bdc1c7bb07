package brig.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A system call by its name: to find out whether it is refused. */
public final class RawCall {
  private static final int MOST = 6;

  private RawCall() {}

  /**
   * Makes it, by the calling thread.
   *
   * @param arguments numbers (Integer, Long), texts (String, ended by NUL) and memory (byte[])
   * @return as the kernel answers: from -4095 to -1 it is a negated errno
   */
  public static long of(String name, Object... arguments) {
    Integer number = SyscallNames.of(Architecture.current()).number(name);
    if (number == null || arguments.length > MOST) {
      return -Errno.ENOSYS.number();
    }
    try (Scratch memory = Scratch.take()) {
      long[] words = new long[MOST];
      for (int i = 0; i < arguments.length; i++) {
        words[i] =
            switch (arguments[i]) {
              case Integer value -> value;
              case Long value -> value;
              case String text -> memory.name(text);
              case byte[] bytes -> {
                MemorySegment copy = memory.bytes(bytes.length);
                MemorySegment.copy(bytes, 0, copy, ValueLayout.JAVA_BYTE, 0, bytes.length);
                yield copy.address();
              }
              default -> throw new IllegalArgumentException("no argument of a system call");
            };
      }
      return Native.syscall(number, words[0], words[1], words[2], words[3], words[4], words[5]);
    }
  }
}
