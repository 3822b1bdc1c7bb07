package brig.audit.breakout;

import brig.linux.Architecture;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;

/**
 * The program that tries the ways out: a static executable of some 350 bytes, which needs neither a
 * library nor anything else of the jail. It has no mind of its own. For ever it reads eight words
 * from its channel, the number of a system call, six arguments and one word more, makes the call,
 * and writes the answer back. Its memory is filled and read by read(2) and write(2) calls of its
 * own on the same channel. The eighth word is for a fork: where it is not zero and the answer is,
 * it becomes the number of the channel, so that the child goes on with another one. The end of the
 * channel is its end.
 *
 * <p>The bytes below were assembled from the text beside them.
 */
final class PuppetProgram {
  /** Where its memory begins; the first page is the frame's. */
  static final long MEMORY = 0x10000000L;

  static final int MEMORY_SIZE = 1 << 20;

  /** The channel it begins with. */
  static final int CHANNEL = 3;

  private static final String X86_64 =
      """
      bb03000000   mov $3,%ebx             the channel
      bd00000010   mov $0x10000000,%ebp    the frame
      31c0         next: xor %eax,%eax     read
      89df         mov %ebx,%edi
      4889ee       mov %rbp,%rsi
      ba40000000   mov $64,%edx
      0f05         syscall
      4883f840     cmp $64,%rax
      7545         jne end
      488b4500     mov (%rbp),%rax
      488b7d08     mov 8(%rbp),%rdi
      488b7510     mov 16(%rbp),%rsi
      488b5518     mov 24(%rbp),%rdx
      4c8b5520     mov 32(%rbp),%r10
      4c8b4528     mov 40(%rbp),%r8
      4c8b4d30     mov 48(%rbp),%r9
      0f05         syscall
      4885c0       test %rax,%rax
      750b         jnz answer
      488b4d38     mov 56(%rbp),%rcx
      4885c9       test %rcx,%rcx
      7402         jz answer
      89cb         mov %ecx,%ebx
      48894500     answer: mov %rax,(%rbp)
      b801000000   mov $1,%eax             write
      89df         mov %ebx,%edi
      4889ee       mov %rbp,%rsi
      ba08000000   mov $8,%edx
      0f05         syscall
      eba7         jmp next
      31ff         end: xor %edi,%edi
      b8e7000000   mov $231,%eax           exit_group
      0f05         syscall
      """;

  private static final String AARCH64 =
      """
      730080d2   mov x19,#3              the channel
      1400a2d2   mov x20,#0x10000000     the frame
      e00313aa   next: mov x0,x19
      e10314aa   mov x1,x20
      020880d2   mov x2,#64
      e80780d2   mov x8,#63              read
      010000d4   svc #0
      1f0001f1   cmp x0,#64
      21020054   b.ne end
      880240f9   ldr x8,[x20]
      808640a9   ldp x0,x1,[x20,#8]
      828e41a9   ldp x2,x3,[x20,#24]
      849642a9   ldp x4,x5,[x20,#40]
      010000d4   svc #0
      800000b5   cbnz x0,answer
      891e40f9   ldr x9,[x20,#56]
      490000b4   cbz x9,answer
      f30309aa   mov x19,x9
      800200f9   answer: str x0,[x20]
      e00313aa   mov x0,x19
      e10314aa   mov x1,x20
      020180d2   mov x2,#8
      080880d2   mov x8,#64              write
      010000d4   svc #0
      eaffff17   b next
      000080d2   end: mov x0,#0
      c80b80d2   mov x8,#94              exit_group
      010000d4   svc #0
      """;

  private static final int HEADER = 64;
  private static final int PROGRAM_HEADER = 56;
  private static final int SEGMENTS = 3;
  private static final int START = HEADER + SEGMENTS * PROGRAM_HEADER;
  private static final long TEXT = 0x400000;
  private static final int PAGE = 0x10000; // the largest of either architecture

  private static final int PT_LOAD = 1;
  private static final int PT_GNU_STACK = 0x6474E551;
  private static final int READ = 4;
  private static final int WRITE = 2;
  private static final int EXECUTE = 1;

  private PuppetProgram() {}

  /** The executable file. */
  static byte[] of(Architecture architecture) {
    byte[] code = code(architecture);
    ByteBuffer elf = ByteBuffer.allocate(START + code.length).order(ByteOrder.LITTLE_ENDIAN);
    // elf(5): class 64, little-endian, version 1; ET_EXEC
    elf.put(new byte[] {0x7F, 'E', 'L', 'F', 2, 1, 1}).position(16);
    elf.putShort((short) 2).putShort(machine(architecture)).putInt(1);
    elf.putLong(TEXT + START).putLong(HEADER).putLong(0).putInt(0);
    elf.putShort((short) HEADER).putShort((short) PROGRAM_HEADER).putShort((short) SEGMENTS);
    elf.position(HEADER);
    segment(elf, PT_LOAD, READ | EXECUTE, TEXT, elf.capacity(), elf.capacity());
    segment(elf, PT_LOAD, READ | WRITE, MEMORY, 0, MEMORY_SIZE);
    segment(elf, PT_GNU_STACK, READ | WRITE, 0, 0, 0);
    elf.put(code);
    return elf.array();
  }

  private static short machine(Architecture architecture) {
    return switch (architecture) {
      case X86_64 -> 62;
      case AARCH64 -> 183;
    };
  }

  /** The first column of the text. */
  static byte[] code(Architecture architecture) {
    String text =
        switch (architecture) {
          case X86_64 -> X86_64;
          case AARCH64 -> AARCH64;
        };
    StringBuilder digits = new StringBuilder();
    text.lines().forEach(line -> digits.append(line, 0, line.indexOf(' ')));
    return HexFormat.of().parseHex(digits);
  }

  private static void segment(
      ByteBuffer elf, int type, int flags, long address, long inFile, long inMemory) {
    elf.putInt(type).putInt(flags).putLong(0).putLong(address).putLong(address);
    elf.putLong(inFile).putLong(inMemory).putLong(PAGE);
  }
}
