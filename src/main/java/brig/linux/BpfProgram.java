package brig.linux;

import java.util.Arrays;

/**
 * A classic BPF program over {@code struct seccomp_data}, built instruction by instruction
 * (seccomp(2), linux/filter.h).
 */
public final class BpfProgram {
  /** Offsets in {@code struct seccomp_data}. */
  public static final int NR = 0;

  public static final int ARCH = 4;

  public static final int ALLOW = 0x7fff0000;
  public static final int USER_NOTIF = 0x7fc00000;

  /** Stops for the tracer; with none the call fails with ENOSYS (seccomp(2)). */
  public static final int TRACE = 0x7ff00000;

  /** Goes on, and the kernel's log tells of it (since Linux 4.14). */
  public static final int LOG = 0x7ffc0000;

  public static final int KILL_PROCESS = 0x80000000;
  private static final int ERRNO = 0x00050000;

  private static final int LD_W_ABS = 0x20;
  private static final int ALU_AND_K = 0x54;
  private static final int JA = 0x05;
  private static final int JEQ_K = 0x15;
  private static final int JGT_K = 0x25;
  private static final int JSET_K = 0x45;
  private static final int RET_K = 0x06;

  /** BPF_MAXINSNS. */
  private static final int MAXIMUM = 4096;

  private long[] instructions = new long[16];
  private int size;

  /** The lower half of an argument; the upper one is four bytes on (little-endian both). */
  public static int argument(int index) {
    return 16 + 8 * index;
  }

  public static int errno(Errno errno) {
    return ERRNO | errno.number();
  }

  public BpfProgram load(int offset) {
    return add(LD_W_ABS, 0, 0, offset);
  }

  public BpfProgram and(int mask) {
    return add(ALU_AND_K, 0, 0, mask);
  }

  public BpfProgram answer(int value) {
    return add(RET_K, 0, 0, value);
  }

  /** Goes on when equal; jumps over {@code otherwiseSkip} instructions when not. */
  public BpfProgram ifEqual(int value, int otherwiseSkip) {
    return add(JEQ_K, 0, otherwiseSkip, value);
  }

  /** Goes on when not equal. */
  public BpfProgram unlessEqual(int value, int otherwiseSkip) {
    return add(JEQ_K, otherwiseSkip, 0, value);
  }

  /** Goes on when greater, unsigned. */
  public BpfProgram ifGreater(int value, int otherwiseSkip) {
    return add(JGT_K, 0, otherwiseSkip, value);
  }

  /** Goes on when not greater, unsigned. */
  public BpfProgram unlessGreater(int value, int otherwiseSkip) {
    return add(JGT_K, otherwiseSkip, 0, value);
  }

  /** Goes on when any of the bits is set. */
  public BpfProgram ifAny(int bits, int otherwiseSkip) {
    return add(JSET_K, 0, otherwiseSkip, bits);
  }

  /** Jumps over so many instructions, however many. */
  public BpfProgram skip(int instructions) {
    return add(JA, 0, 0, instructions);
  }

  /** The other's instructions follow: jumps are relative, so that they mean the same. */
  public BpfProgram append(BpfProgram other) {
    for (long instruction : other.instructions()) {
      add(
          (int) instruction & 0xFFFF,
          (int) (instruction >>> 16) & 0xFF,
          (int) (instruction >>> 24) & 0xFF,
          (int) (instruction >>> 32));
    }
    return this;
  }

  private BpfProgram add(int code, int jumpTrue, int jumpFalse, int k) {
    if (jumpTrue > 255 || jumpFalse > 255 || size == MAXIMUM) {
      throw new IllegalStateException("a seccomp filter that the kernel would refuse");
    }
    if (size == instructions.length) {
      instructions = Arrays.copyOf(instructions, size * 2);
    }
    // struct sock_filter { u16 code; u8 jt; u8 jf; u32 k; }, little-endian
    instructions[size++] = code | (long) jumpTrue << 16 | (long) jumpFalse << 24 | (long) k << 32;
    return this;
  }

  public int size() {
    return size;
  }

  /** Each instruction as the eight bytes of a {@code struct sock_filter}. */
  public long[] instructions() {
    return Arrays.copyOf(instructions, size);
  }

  /** Runs it as the kernel would: for tests, and to ask what a filter answers. */
  public int run(int nr, int arch, long... arguments) {
    int accumulator = 0;
    int at = 0;
    while (true) {
      long instruction = instructions[at++];
      int jumpTrue = (int) (instruction >>> 16) & 0xFF;
      int jumpFalse = (int) (instruction >>> 24) & 0xFF;
      int k = (int) (instruction >>> 32);
      switch ((int) instruction & 0xFFFF) {
        case LD_W_ABS -> accumulator = word(k, nr, arch, arguments);
        case ALU_AND_K -> accumulator &= k;
        case JA -> at += k;
        case JEQ_K -> at += accumulator == k ? jumpTrue : jumpFalse;
        case JGT_K -> at += Integer.compareUnsigned(accumulator, k) > 0 ? jumpTrue : jumpFalse;
        case JSET_K -> at += (accumulator & k) != 0 ? jumpTrue : jumpFalse;
        case RET_K -> {
          return k;
        }
        default -> throw new IllegalStateException("not an instruction of this assembler");
      }
    }
  }

  private static int word(int offset, int nr, int arch, long[] arguments) {
    if (offset == NR) {
      return nr;
    }
    if (offset == ARCH) {
      return arch;
    }
    int index = (offset - 16) / 8;
    long argument = index < arguments.length ? arguments[index] : 0;
    return (int) (offset % 8 == 0 ? argument : argument >>> 32);
  }
}
