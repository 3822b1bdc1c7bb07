package brig.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Floor 0: the one downcall that everything goes through.
 *
 * <p>Linking costs grow with the number of different signatures, so there is a single one: seven
 * words in, one word out, errno captured. It fits {@code syscall(2)} (a number and six arguments)
 * and every C function of up to seven integer or pointer arguments, because both supported ABIs
 * (System V x86-64, AAPCS64) pass those in whole registers. What an {@code int} function leaves in
 * the upper half of the result is undefined: {@link #callInt} cuts it off.
 *
 * <p>Results follow the kernel's own convention: a value from -4095 to -1 is a negated errno.
 */
final class Native {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG;
  private static final MethodHandle CALL =
      LINKER.downcallHandle(
          FunctionDescriptor.of(WORD, WORD, WORD, WORD, WORD, WORD, WORD, WORD),
          Linker.Option.captureCallState("errno"));
  private static final MemorySegment SYSCALL = symbol("syscall");

  /** One errno slot for each thread that ever called; a slot is 4 bytes of a global arena. */
  private static final ThreadLocal<MemorySegment> ERRNO =
      ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(Linker.Option.captureStateLayout()));

  private Native() {}

  static MemorySegment symbol(String name) {
    return LINKER
        .defaultLookup()
        .find(name)
        .orElseThrow(() -> new UnsupportedOperationException("the C library lacks " + name));
  }

  /** A raw system call of this thread alone. */
  static long syscall(long number, long a, long b, long c, long d, long e, long f) {
    MemorySegment errno = ERRNO.get();
    long result = invoke(SYSCALL, errno, number, a, b, c, d, e, f);
    return result == -1 ? -errno.get(ValueLayout.JAVA_INT, 0) : result;
  }

  /** A C function that returns an int and sets errno when that is -1. */
  static int callInt(
      MemorySegment function, long a, long b, long c, long d, long e, long f, long g) {
    MemorySegment errno = ERRNO.get();
    int result = (int) invoke(function, errno, a, b, c, d, e, f, g);
    return result == -1 ? -errno.get(ValueLayout.JAVA_INT, 0) : result;
  }

  /** A C function that returns a pointer, or whatever else a word may be. */
  static long callWord(MemorySegment function, long a, long b, long c) {
    return invoke(function, ERRNO.get(), a, b, c, 0, 0, 0, 0);
  }

  private static long invoke(
      MemorySegment function,
      MemorySegment errno,
      long a,
      long b,
      long c,
      long d,
      long e,
      long f,
      long g) {
    try {
      return (long) CALL.invokeExact(function, errno, a, b, c, d, e, f, g);
    } catch (RuntimeException | Error unexpected) {
      throw unexpected;
    } catch (Throwable impossible) {
      throw new AssertionError("a downcall throws nothing", impossible);
    }
  }
}
