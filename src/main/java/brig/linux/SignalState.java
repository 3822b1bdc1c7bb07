package brig.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** What an exec would hand on of signals: the thread's mask, and what the process ignores. */
public final class SignalState {
  private static final int SIG_SETMASK = 2;
  private static final int SET_SIZE = 8; // the kernel's sigset_t, not glibc's
  // The kernel's struct sigaction { handler, flags, restorer, mask }, on both architectures.
  private static final int SIGACTION_SIZE = 32;
  private static final long SIG_IGN = 1;
  private static final int SIGSTOP = 19;
  private static final int LAST = 64;

  private SignalState() {}

  /** Which signals the calling thread blocks; bit 0 is signal 1. */
  public static long mask() throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      MemorySegment old = memory.bytes(SET_SIZE);
      LinuxException.check(
          JailKernel.rt_sigprocmask(SIG_SETMASK, 0, old.address(), SET_SIZE),
          "rt_sigprocmask",
          null);
      return old.get(ValueLayout.JAVA_LONG, 0);
    }
  }

  public static void setMask(long blocked) throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      MemorySegment set = memory.bytes(SET_SIZE);
      set.set(ValueLayout.JAVA_LONG, 0, blocked);
      LinuxException.check(
          JailKernel.rt_sigprocmask(SIG_SETMASK, set.address(), 0, SET_SIZE),
          "rt_sigprocmask",
          null);
    }
  }

  /** Which signals this process ignores: exec keeps that, and resets handlers only (execve(2)). */
  public static long ignored() throws LinuxException {
    long ignored = 0;
    for (int signal = 1; signal <= LAST; signal++) {
      if (handler(signal) == SIG_IGN) {
        ignored |= 1L << (signal - 1);
      }
    }
    return ignored;
  }

  /** Gives every ignored signal its default meaning again. Changes the whole process. */
  public static void ignoreNone() throws LinuxException {
    for (int signal = 1; signal <= LAST; signal++) {
      if (signal == Signal.SIGKILL || signal == SIGSTOP || handler(signal) != SIG_IGN) {
        continue;
      }
      try (Scratch memory = Scratch.take()) {
        MemorySegment action = memory.bytes(SIGACTION_SIZE); // zero is SIG_DFL
        LinuxException.check(
            JailKernel.rt_sigaction(signal, action.address(), 0, SET_SIZE), "rt_sigaction", null);
      }
    }
  }

  /** Changes the whole process; {@link #ignoreNone} takes it back. */
  static void ignore(int signal) throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      MemorySegment action = memory.bytes(SIGACTION_SIZE);
      action.set(ValueLayout.JAVA_LONG, 0, SIG_IGN);
      LinuxException.check(
          JailKernel.rt_sigaction(signal, action.address(), 0, SET_SIZE), "rt_sigaction", null);
    }
  }

  private static long handler(int signal) throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      MemorySegment old = memory.bytes(SIGACTION_SIZE);
      LinuxException.check(
          JailKernel.rt_sigaction(signal, 0, old.address(), SET_SIZE), "rt_sigaction", null);
      return old.get(ValueLayout.JAVA_LONG, 0);
    }
  }
}
