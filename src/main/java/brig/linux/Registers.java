package brig.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * The general registers of a stopped tracee, as system calls use them: {@code struct
 * user_regs_struct} of x86-64 (sys/user.h), {@code struct user_pt_regs} of aarch64 (asm/ptrace.h).
 */
public final class Registers {
  private static final int PTRACE_GETREGSET = 0x4204;
  private static final int PTRACE_SETREGSET = 0x4205;
  private static final int NT_PRSTATUS = 1;
  private static final int NT_ARM_SYSTEM_CALL = 0x404;

  /**
   * Where an architecture keeps what a system call needs; offsets in bytes.
   *
   * @param number of the call, just before the instruction
   * @param callInHand the number of the call that it is in, negative when it is in none; -1: there
   *     is no such register
   */
  record Layout(
      int size,
      List<Integer> arguments,
      int number,
      int result,
      int callInHand,
      int instructionPointer,
      int stackPointer) {
    // rdi, rsi, rdx, r10, r8, r9; rax; orig_rax, rip, rsp
    static final Layout X86_64 =
        new Layout(216, List.of(112, 104, 96, 56, 72, 64), 80, 80, 120, 128, 152);
    // x0 to x5; x8; pc, sp
    static final Layout AARCH64 =
        new Layout(272, List.of(0, 8, 16, 24, 32, 40), 64, 0, -1, 256, 248);

    static Layout of(Architecture architecture) {
      return switch (architecture) {
        case X86_64 -> X86_64;
        case AARCH64 -> AARCH64;
      };
    }
  }

  private final Layout layout;
  private final MemorySegment struct;

  Registers(Layout layout) {
    this.layout = layout;
    this.struct = Arena.ofAuto().allocate(layout.size, 8);
  }

  /**
   * Reads those of a stopped tracee.
   *
   * @throws LinuxException ESRCH: it is gone; EINVAL: it runs a program of another architecture
   */
  public static Registers of(int tid) throws LinuxException {
    Registers registers = new Registers(Layout.of(Architecture.current()));
    long length = registers.transfer(PTRACE_GETREGSET, tid);
    if (length != registers.layout.size) {
      throw new LinuxException("ptrace PTRACE_GETREGSET", "/proc/" + tid, Errno.EINVAL);
    }
    return registers;
  }

  /** Gives them to a stopped tracee. */
  public void set(int tid) throws LinuxException {
    transfer(PTRACE_SETREGSET, tid);
  }

  private long transfer(int request, int tid) throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      MemorySegment vector = memory.bytes(16); // struct iovec
      vector.set(ValueLayout.JAVA_LONG, 0, struct.address());
      vector.set(ValueLayout.JAVA_LONG, 8, layout.size);
      LinuxException.check(
          TraceKernel.ptrace(request, tid, NT_PRSTATUS, vector.address()),
          request == PTRACE_GETREGSET ? "ptrace PTRACE_GETREGSET" : "ptrace PTRACE_SETREGSET",
          "/proc/" + tid);
      return vector.get(ValueLayout.JAVA_LONG, 8);
    }
  }

  public Registers copy() {
    Registers copy = new Registers(layout);
    copy.struct.copyFrom(struct);
    return copy;
  }

  private long get(int offset) {
    return struct.get(ValueLayout.JAVA_LONG, offset);
  }

  private void put(int offset, long value) {
    struct.set(ValueLayout.JAVA_LONG, offset, value);
  }

  public long instructionPointer() {
    return get(layout.instructionPointer);
  }

  public long stackPointer() {
    return get(layout.stackPointer);
  }

  /** What the call left, at its end. */
  public long result() {
    return get(layout.result);
  }

  /** Changes that. */
  public void answer(long result) {
    put(layout.result, result);
  }

  /** Prepares for the system call instruction at an address, as if it came from user space. */
  public void call(long instruction, int number, long... arguments) {
    if (layout.callInHand >= 0) {
      put(layout.callInHand, -1); // or the kernel would take it for a call to be restarted
    }
    put(layout.instructionPointer, instruction);
    put(layout.number, number);
    for (int i = 0; i < arguments.length; i++) {
      put(layout.arguments.get(i), arguments[i]);
    }
  }

  /** The call at whose beginning these were read does not happen: it answers ENOSYS instead. */
  public void skipCall(int tid) throws LinuxException {
    if (layout.callInHand >= 0) {
      Registers skipped = copy();
      skipped.put(layout.callInHand, -1);
      skipped.set(tid);
      return;
    }
    try (Scratch memory = Scratch.take()) {
      MemorySegment number = memory.bytes(8);
      number.set(ValueLayout.JAVA_INT, 0, -1);
      MemorySegment vector = memory.bytes(16);
      vector.set(ValueLayout.JAVA_LONG, 0, number.address());
      vector.set(ValueLayout.JAVA_LONG, 8, 4);
      LinuxException.check(
          TraceKernel.ptrace(PTRACE_SETREGSET, tid, NT_ARM_SYSTEM_CALL, vector.address()),
          "ptrace NT_ARM_SYSTEM_CALL",
          "/proc/" + tid);
    }
  }

  /**
   * Makes these, read at the beginning of a call, the registers just before it: the call is made
   * anew. Both architectures leave the arguments where they were.
   */
  public void rewind(int instructionLength) {
    if (layout.callInHand >= 0) {
      put(layout.number, get(layout.callInHand));
      put(layout.callInHand, -1);
    }
    put(layout.instructionPointer, instructionPointer() - instructionLength);
  }

  /**
   * Does what the kernel would have done on the way back to user space, had nobody changed the
   * registers: a call that a stop has interrupted is made again (signal(7), "Interruption of system
   * calls"). The kernel of aarch64 has done so before the stop.
   *
   * @param restartSyscall the number of restart_syscall(2)
   */
  public void restartInterrupted(int instructionLength, int restartSyscall) {
    if (layout.callInHand < 0 || get(layout.callInHand) < 0) {
      return;
    }
    switch ((int) result()) {
      case -512, -513, -514 -> rewind(instructionLength);
      case -516 -> {
        rewind(instructionLength);
        put(layout.number, restartSyscall);
      }
      default -> {}
    }
  }
}
