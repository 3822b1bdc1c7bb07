package brig.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Signals of this process as bytes that can be read from a descriptor.
 *
 * <p>Java's own way (sun.misc.Signal) refuses SIGQUIT and SIGUSR2, which the virtual machine keeps
 * for itself, and nginx and others give a meaning to both. signalfd(2) would need the signals to be
 * blocked in every thread, those of the virtual machine included; and a handler in Java may not run
 * in a signal handler. So the handler is the "self-pipe" in machine code: one write(2) of the
 * signal's number to a pipe, by a raw system call that does not even touch errno
 * (signal-safety(7)). The bytes below were assembled from the text beside them.
 */
public final class SignalPipe implements AutoCloseable {
  private static final int SA_RESTART = 0x10000000;
  private static final int SIGACTION_SIZE = 152; // sa_handler 0, sa_mask 8, sa_flags 136
  private static final int EAGAIN = -Errno.EAGAIN.number();
  private static final int EINTR = -Errno.EINTR.number();

  private final Fd readEnd;
  private final Fd writeEnd;
  private final int[] signals;

  /** What was done about them before, one struct sigaction after the other. */
  private final byte[] before;

  private SignalPipe(Fd readEnd, Fd writeEnd, int[] signals) {
    this.readEnd = readEnd;
    this.writeEnd = writeEnd;
    this.signals = signals;
    this.before = new byte[signals.length * SIGACTION_SIZE];
  }

  /**
   * From now on these signals do nothing to this process but to appear in the pipe, until it is
   * closed or another pipe is made for them. The last one made is closed first.
   */
  public static SignalPipe of(int... signals) throws LinuxException {
    Fd[] ends = pipe();
    SignalPipe pipe = new SignalPipe(ends[0], ends[1], signals);
    try (Scratch memory = Scratch.take()) {
      long handler = handler(ends[1].number());
      MemorySegment action = memory.bytes(SIGACTION_SIZE);
      MemorySegment old = memory.bytes(SIGACTION_SIZE);
      action.set(ValueLayout.JAVA_LONG, 0, handler);
      action.set(ValueLayout.JAVA_INT, 136, SA_RESTART);
      for (int i = 0; i < signals.length; i++) {
        sigaction(signals[i], action, old.address());
        MemorySegment.copy(
            old, ValueLayout.JAVA_BYTE, 0, pipe.before, i * SIGACTION_SIZE, SIGACTION_SIZE);
      }
    }
    return pipe;
  }

  private static void sigaction(int signal, MemorySegment action, long old) throws LinuxException {
    int result =
        Native.callInt(Native.symbol("sigaction"), signal, action.address(), old, 0, 0, 0, 0);
    LinuxException.check(result, "sigaction", Signal.name(signal));
  }

  private static Fd[] pipe() throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      MemorySegment pair = memory.bytes(8);
      // Non-blocking: a handler that waited for room in the pipe would hang its thread.
      LinuxException.check(
          ProcessKernel.pipe2(pair.address(), Fd.O_CLOEXEC | Fd.O_NONBLOCK), "pipe2", null);
      return new Fd[] {
        Fd.of(pair.get(ValueLayout.JAVA_INT, 0), "signals"),
        Fd.of(pair.get(ValueLayout.JAVA_INT, 4), "signals")
      };
    }
  }

  private static long handler(int fd) throws LinuxException {
    return MachineCode.executable(
        switch (Architecture.current()) {
          case X86_64 -> x86(fd);
          case AARCH64 -> aarch64(fd);
        });
  }

  static byte[] x86(int fd) {
    return new byte[] {
      (byte) 0xF3,
      0x0F,
      0x1E,
      (byte) 0xFA, // endbr64
      0x57, // push %rdi: the signal's number, in memory
      (byte) 0xB8,
      1,
      0,
      0,
      0, // mov $1, %eax: write
      (byte) 0xBF,
      (byte) fd,
      (byte) (fd >> 8),
      (byte) (fd >> 16),
      (byte) (fd >> 24), // mov $fd,%edi
      0x48,
      (byte) 0x89,
      (byte) 0xE6, // mov %rsp, %rsi
      (byte) 0xBA,
      1,
      0,
      0,
      0, // mov $1, %edx
      0x0F,
      0x05, // syscall
      0x5F, // pop %rdi
      (byte) 0xC3 // ret
    };
  }

  static byte[] aarch64(int fd) {
    int low = 0xD2800000 | (fd & 0xFFFF) << 5;
    int high = 0xF2A00000 | (fd >>> 16) << 5;
    int[] words = {
      0xD503245F, // bti c
      0xA9BF07E0, // stp x0, x1, [sp, #-16]!: the signal's number, in memory
      low, // movz x0, #fd
      high, // movk x0, #fd >> 16, lsl #16
      0x910003E1, // mov x1, sp
      0xD2800022, // mov x2, #1
      0xD2800808, // mov x8, #64: write
      0xD4000001, // svc #0
      0xA8C107E0, // ldp x0, x1, [sp], #16
      0xD65F03C0, // ret
    };
    byte[] code = new byte[words.length * 4];
    for (int i = 0; i < code.length; i++) {
      code[i] = (byte) (words[i / 4] >> (8 * (i % 4)));
    }
    return code;
  }

  /** Readable when a signal has come. */
  public Fd fd() {
    return readEnd;
  }

  /** The next signal that came; 0 when there is none. */
  public int next() throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      MemorySegment one = memory.bytes(1);
      long result;
      do {
        result = ProcessKernel.read(readEnd.number(), one.address(), 1);
      } while (result == EINTR);
      if (result == EAGAIN) {
        return 0;
      }
      LinuxException.check(result, "read", "the pipe of signals");
      return one.get(ValueLayout.JAVA_BYTE, 0);
    }
  }

  /** Makes the pipe readable without a signal. */
  public void wake() throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      // A full pipe is readable too.
      long result = Kernel.write(writeEnd.number(), memory.bytes(1).address(), 1);
      if (result != EAGAIN) {
        LinuxException.check(result, "write", "the pipe of signals");
      }
    }
  }

  /**
   * What was done about the signals before is done again. The writing end stays open: a handler
   * that runs on another thread just now must not write into somebody else's file.
   */
  @Override
  public void close() throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      MemorySegment action = memory.bytes(SIGACTION_SIZE);
      for (int i = 0; i < signals.length; i++) {
        MemorySegment.copy(
            before, i * SIGACTION_SIZE, action, ValueLayout.JAVA_BYTE, 0, SIGACTION_SIZE);
        sigaction(signals[i], action, 0);
      }
    }
    readEnd.close();
  }

  @Override
  public String toString() {
    return "signals through " + writeEnd;
  }
}
