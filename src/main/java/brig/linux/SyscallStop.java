package brig.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * {@code struct ptrace_syscall_info}: the system call that a tracee stands at, alike on every
 * architecture. Filled anew for each stop, since there are tens of thousands.
 */
public final class SyscallStop {
  // u8 op; u8 pad[3]; u32 arch; u64 instruction_pointer; u64 stack_pointer; then by op
  // { u64 nr; u64 args[6]; u32 ret_data; } or { s64 rval; u8 is_error; }
  static final int SIZE = 88;
  private static final int OP_ENTRY = 1;
  private static final int OP_EXIT = 2;
  private static final int OP_SECCOMP = 3;

  private int op;
  private int arch;
  private long instructionPointer;
  private long stackPointer;
  private long number;
  private long result;
  private final long[] arguments = new long[6];

  void fill(MemorySegment struct) {
    op = struct.get(ValueLayout.JAVA_BYTE, 0);
    arch = struct.get(ValueLayout.JAVA_INT, 4);
    instructionPointer = struct.get(ValueLayout.JAVA_LONG, 8);
    stackPointer = struct.get(ValueLayout.JAVA_LONG, 16);
    number = struct.get(ValueLayout.JAVA_LONG, 24);
    result = number;
    if (op != OP_EXIT) {
      for (int i = 0; i < arguments.length; i++) {
        arguments[i] = struct.get(ValueLayout.JAVA_LONG, 32 + 8L * i);
      }
    }
  }

  /** It has not been done yet. */
  public boolean entering() {
    return op == OP_ENTRY || op == OP_SECCOMP;
  }

  /** It has been done; {@link #result} tells how. */
  public boolean leaving() {
    return op == OP_EXIT;
  }

  /** AUDIT_ARCH_* of this very call: a 64-bit program can make 32-bit ones. */
  public int arch() {
    return arch;
  }

  public int number() {
    return (int) number;
  }

  public long argument(int index) {
    return arguments[index];
  }

  /** A negated errno from -4095 to -1 when it failed. */
  public long result() {
    return result;
  }

  public long instructionPointer() {
    return instructionPointer;
  }

  public long stackPointer() {
    return stackPointer;
  }
}
