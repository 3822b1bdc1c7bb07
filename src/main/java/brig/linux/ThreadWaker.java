package brig.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Gets a thread of this process out of a system call that waits. The thread gets a signal whose
 * handler does nothing, installed without SA_RESTART, so that the call answers EINTR. The JDK wakes
 * threads that wait for sockets in the same way, with another signal.
 */
public final class ThreadWaker {
  // The JDK takes SIGRTMAX - 2 (NativeThread.c), valgrind and others SIGRTMAX.
  private static final int SIGNAL = 64 - 7;
  private static final int SIGACTION_SIZE = 152; // the C library's: sa_handler 0, sa_flags 136

  private final int tid = TraceKernel.gettid();

  private ThreadWaker() throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      MemorySegment action = memory.bytes(SIGACTION_SIZE);
      byte[] nothing =
          switch (Architecture.current()) {
            case X86_64 -> new byte[] {(byte) 0xF3, 0x0F, 0x1E, (byte) 0xFA, (byte) 0xC3};
            case AARCH64 ->
                new byte[] {0x5F, 0x24, 0x03, (byte) 0xD5, (byte) 0xC0, 0x03, 0x5F, (byte) 0xD6};
          };
      action.set(ValueLayout.JAVA_LONG, 0, MachineCode.executable(nothing));
      int result =
          Native.callInt(Native.symbol("sigaction"), SIGNAL, action.address(), 0, 0, 0, 0, 0);
      LinuxException.check(result, "sigaction", Signal.name(SIGNAL));
    }
  }

  /** For the calling thread. */
  public static ThreadWaker ofThisThread() throws LinuxException {
    return new ThreadWaker();
  }

  /** To be repeated until the thread has answered: it may not have begun to wait. */
  public void wake() {
    TraceKernel.tgkill(ProcessKernel.getpid(), tid, SIGNAL);
  }
}
