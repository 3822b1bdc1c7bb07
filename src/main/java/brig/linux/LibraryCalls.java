package brig.linux;

/** The functions of {@link CallLibrary}, bound by their names when it has been loaded (JNI). */
final class LibraryCalls {
  private LibraryCalls() {}

  /** A raw system call; the kernel's own answer, a negated errno from -4095 to -1. */
  static native long syscall(long number, long a, long b, long c, long d, long e, long f);

  /** A C function that returns an int; a negated errno when that is -1. */
  static native long function(long address, long a, long b, long c, long d, long e, long f, long g);

  /** A C function that returns a word. */
  static native long word(long address, long a, long b, long c, long d, long e, long f, long g);

  /** Where dlsym(3) is. */
  static native long dlsym();
}
