package brig.linux;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Floor 0: how native code is called, whatever it is.
 *
 * <p>Words go in, up to seven of them, and one comes out. That fits a raw system call (a number and
 * six arguments) and every C function of up to seven integer or pointer arguments, because both
 * supported ABIs (System V x86-64, AAPCS64) pass those in whole registers. What an {@code int}
 * function leaves in the upper half of the result is undefined: {@link #callInt} cuts it off.
 *
 * <p>Results follow the kernel's own convention: a value from -4095 to -1 is a negated errno.
 *
 * <p>The calls go through {@link CallLibrary} where it is, which needs nothing linked, else through
 * {@link Downcall}.
 */
final class Native {
  private static final boolean BY_LIBRARY = load(System.getProperty(CallLibrary.PROPERTY));

  private Native() {}

  private static boolean load(@Nullable String library) {
    if (library == null) {
      return false;
    }
    try {
      System.load(library);
      return true;
    } catch (UnsatisfiedLinkError e) {
      return false; // made for another machine, or not there any more
    }
  }

  /** A function of the C library. */
  static MemorySegment symbol(String name) {
    long address = BY_LIBRARY ? found(name) : Downcall.symbol(name);
    if (address == 0) {
      throw new UnsupportedOperationException("the C library lacks " + name);
    }
    return MemorySegment.ofAddress(address);
  }

  /** dlsym(3), RTLD_DEFAULT: what the virtual machine has been linked with. */
  private static long found(String name) {
    try (Scratch memory = Scratch.take()) {
      return LibraryCalls.word(LibraryCalls.dlsym(), 0, memory.name(name), 0, 0, 0, 0, 0);
    }
  }

  /** A raw system call of this thread alone. */
  static long syscall(long number, long a, long b, long c, long d, long e, long f) {
    return BY_LIBRARY
        ? LibraryCalls.syscall(number, a, b, c, d, e, f)
        : Downcall.syscall(number, a, b, c, d, e, f);
  }

  /** A C function that returns an int and sets errno when that is -1. */
  static int callInt(
      MemorySegment function, long a, long b, long c, long d, long e, long f, long g) {
    long address = function.address();
    return BY_LIBRARY
        ? (int) LibraryCalls.function(address, a, b, c, d, e, f, g)
        : Downcall.function(address, a, b, c, d, e, f, g);
  }

  /** A C function that returns a pointer, or whatever else a word may be. */
  static long callWord(MemorySegment function, long a, long b, long c) {
    long address = function.address();
    return BY_LIBRARY
        ? LibraryCalls.word(address, a, b, c, 0, 0, 0, 0)
        : Downcall.word(address, a, b, c);
  }
}
