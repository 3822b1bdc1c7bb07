package brig.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * The one downcall that everything goes through where {@link CallLibrary} is not.
 *
 * <p>Linking costs grow with the number of different signatures, so there is a single one: seven
 * words in, one word out, errno captured.
 */
final class Downcall {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG;
  private static final MethodHandle CALL =
      LINKER.downcallHandle(
          FunctionDescriptor.of(WORD, WORD, WORD, WORD, WORD, WORD, WORD, WORD),
          Linker.Option.captureCallState("errno"));
  private static final MemorySegment SYSCALL = MemorySegment.ofAddress(symbol("syscall"));

  /** One errno slot for each thread that ever called; a slot is 4 bytes of a global arena. */
  private static final ThreadLocal<MemorySegment> ERRNO =
      ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(Linker.Option.captureStateLayout()));

  private Downcall() {}

  /** Where a function of the C library is; 0: it has none of that name. */
  static long symbol(String name) {
    return LINKER.defaultLookup().find(name).map(MemorySegment::address).orElse(0L);
  }

  static long syscall(long number, long a, long b, long c, long d, long e, long f) {
    MemorySegment errno = ERRNO.get();
    long result = invoke(SYSCALL, errno, number, a, b, c, d, e, f);
    return result == -1 ? -errno.get(ValueLayout.JAVA_INT, 0) : result;
  }

  static int function(long address, long a, long b, long c, long d, long e, long f, long g) {
    MemorySegment errno = ERRNO.get();
    int result = (int) invoke(MemorySegment.ofAddress(address), errno, a, b, c, d, e, f, g);
    return result == -1 ? -errno.get(ValueLayout.JAVA_INT, 0) : result;
  }

  static long word(long address, long a, long b, long c) {
    return invoke(MemorySegment.ofAddress(address), ERRNO.get(), a, b, c, 0, 0, 0, 0);
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
