package brig.linux;

/** Whether somebody looks at what is written. */
public final class Terminal {
  private static final int TCGETS = 0x5401;

  private Terminal() {}

  /** As isatty(3): the descriptor has terminal attributes. */
  public static boolean is(int fd) {
    try (Scratch memory = Scratch.take()) {
      boolean x86 = Architecture.current() == Architecture.X86_64;
      return Native.syscall(x86 ? 16 : 29, fd, TCGETS, memory.bytes(64).address(), 0, 0, 0) == 0;
    }
  }
}
