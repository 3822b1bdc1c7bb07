package brig.linux;

import java.io.ByteArrayOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A shared library of four functions in machine code, by which native calls are made without a
 * downcall to link, which takes a quarter of a start (docs/decisions/0001). The build writes it
 * beside the start-up caches; where it is not, Brig works as well, and starts slower.
 *
 * <p>It is an ELF file of two pages (elf(5)): code with its symbols, which is never written, and
 * the dynamic section with the addresses that the loader fills in. The C library is not named as
 * needed: the virtual machine has it, and both symbols are found there (dlopen(3)).
 */
public final class CallLibrary {
  /** The system property that names the file. */
  public static final String PROPERTY = "brig.calls";

  private static final String PREFIX = "Java_brig_linux_LibraryCalls_";

  private static final int CODE = 0x400;
  private static final int DATA = 0x1000; // in the file
  private static final int DATA_ADDRESS = 0x11000; // a page further wherever pages have 64 KiB
  private static final int ALIGNMENT = 0x10000;
  private static final int DYNAMIC = DATA_ADDRESS + 0x10; // after two addresses
  private static final int END = DATA + 0x200;

  private static final int TABLES = 0x120; // after the header and four program headers
  private static final int SYMBOL_SIZE = 24;

  private CallLibrary() {}

  /** Where a function begins in the code, by its name in Java. */
  record Function(String name, int offset) {}

  /** Writes the library for the machine it runs on: {@code CallLibrary FILE}. */
  public static void main(String[] arguments) throws IOException {
    try (FileOutputStream file = new FileOutputStream(arguments[0])) {
      file.write(of(Architecture.current()));
    }
  }

  /** The whole file. */
  static byte[] of(Architecture architecture) {
    boolean x86 = architecture == Architecture.X86_64;
    byte[] code = MachineCode.assembled(x86 ? X86_64 : AARCH64, !x86);
    List<Function> functions = x86 ? X86_64_FUNCTIONS : AARCH64_FUNCTIONS;
    ByteBuffer elf = ByteBuffer.allocate(END).order(ByteOrder.LITTLE_ENDIAN);
    header(elf, x86);
    Tables tables = new Tables(functions, code.length, x86);
    int textEnd = CODE + code.length;
    segment(elf, 1, 5, 0, 0, textEnd, ALIGNMENT); // PT_LOAD, read and execute
    segment(elf, 1, 6, DATA, DATA_ADDRESS, END - DATA, ALIGNMENT); // PT_LOAD, read and write
    segment(elf, 2, 6, DATA + 0x10, DYNAMIC, END - DATA - 0x10, 8); // PT_DYNAMIC
    segment(elf, 0x6474e551, 6, 0, 0, 0, 16); // PT_GNU_STACK: no stack need be executable
    tables.write(elf);
    elf.put(CODE, code);
    elf.position(DATA + 0x10);
    tables.dynamic(elf);
    return elf.array();
  }

  private static void header(ByteBuffer elf, boolean x86) {
    elf.put(new byte[] {0x7F, 'E', 'L', 'F', 2, 1, 1, 0}).putLong(0);
    elf.putShort((short) 3).putShort((short) (x86 ? 62 : 183)).putInt(1); // ET_DYN
    elf.putLong(0).putLong(64).putLong(0).putInt(0); // program headers follow
    elf.putShort((short) 64).putShort((short) 56).putShort((short) 4);
    elf.putShort((short) 64).putShort((short) 0).putShort((short) 0);
  }

  private static void segment(
      ByteBuffer elf, int type, int flags, long offset, long address, long size, long alignment) {
    elf.putInt(type).putInt(flags).putLong(offset).putLong(address).putLong(address);
    elf.putLong(size).putLong(size).putLong(alignment);
  }

  /** Hash table, symbols, strings and relocations, one after the other. */
  private static final class Tables {
    private final ByteArrayOutputStream strings = new ByteArrayOutputStream();
    private final ByteBuffer symbols;
    private final boolean x86;
    private final int count;
    private final int symbolsAt;
    private final int stringsAt;
    private final int relocationsAt;

    Tables(List<Function> functions, int codeSize, boolean x86) {
      this.x86 = x86;
      this.count = functions.size() + 3;
      this.symbols = ByteBuffer.allocate(count * SYMBOL_SIZE).order(ByteOrder.LITTLE_ENDIAN);
      symbols.position(SYMBOL_SIZE);
      strings.write(0);
      symbol("__errno_location", 0, 0);
      symbol("dlsym", 0, 0);
      for (Function function : functions) {
        symbol(PREFIX + function.name, CODE + function.offset, codeSize - function.offset);
      }
      this.symbolsAt = TABLES + 4 * (3 + count) + 7 & -8;
      this.stringsAt = symbolsAt + symbols.capacity();
      this.relocationsAt = stringsAt + strings.size() + 7 & -8;
    }

    private void symbol(String name, int address, int size) {
      symbols.putInt(strings.size()).put((byte) 0x12).put((byte) 0); // a global function
      symbols.putShort((short) (address == 0 ? 0 : 1)).putLong(address).putLong(size);
      strings.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
      strings.write(0);
    }

    void write(ByteBuffer elf) {
      elf.position(TABLES);
      elf.putInt(1).putInt(count).putInt(1); // one bucket, in which each leads to the next
      for (int i = 0; i < count; i++) {
        elf.putInt(i == 0 || i == count - 1 ? 0 : i + 1);
      }
      elf.put(symbolsAt, symbols.array());
      elf.put(stringsAt, strings.toByteArray());
      elf.position(relocationsAt);
      for (int i = 0; i < 2; i++) { // R_X86_64_GLOB_DAT, R_AARCH64_GLOB_DAT
        elf.putLong(DATA_ADDRESS + 8L * i).putLong((i + 1L) << 32 | (x86 ? 6 : 1025)).putLong(0);
      }
      if (elf.position() > CODE) {
        throw new IllegalStateException("the tables run into the code");
      }
    }

    void dynamic(ByteBuffer elf) {
      elf.putLong(4).putLong(TABLES); // DT_HASH
      elf.putLong(5).putLong(stringsAt).putLong(10).putLong(strings.size()); // DT_STRTAB, STRSZ
      elf.putLong(6).putLong(symbolsAt).putLong(11).putLong(SYMBOL_SIZE); // DT_SYMTAB, SYMENT
      elf.putLong(7).putLong(relocationsAt); // DT_RELA
      elf.putLong(8).putLong(2 * 24).putLong(9).putLong(24); // DT_RELASZ, DT_RELAENT
      elf.putLong(24).putLong(0); // DT_BIND_NOW
      elf.putLong(0).putLong(0);
    }
  }

  // Each is called with the environment and the class of JNI before its own arguments: in registers
  // as long as there are any, the others on the stack.
  static final List<Function> X86_64_FUNCTIONS =
      List.of(
          new Function("syscall", 0),
          new Function("word", 0x22),
          new Function("function", 0x2B),
          new Function("dlsym", 0x7B));

  static final String X86_64 =
      """
      F30F1EFA        endbr64
      4889D0          mov %rdx,%rax
      4889CF          mov %rcx,%rdi
      4C89C6          mov %r8,%rsi
      4C89CA          mov %r9,%rdx
      4C8B542408      mov 0x8(%rsp),%r10
      4C8B442410      mov 0x10(%rsp),%r8
      4C8B4C2418      mov 0x18(%rsp),%r9
      0F05            syscall
      C3              ret
      F30F1EFA        endbr64
      4531D2          xor %r10d,%r10d
      EB0A            jmp 35
      F30F1EFA        endbr64
      41BA01000000    mov $0x1,%r10d
      55              push %rbp
      4889E5          mov %rsp,%rbp
      53              push %rbx
      FF7528          push 0x28(%rbp)
      4489D3          mov %r10d,%ebx
      4989D3          mov %rdx,%r11
      4889CF          mov %rcx,%rdi
      4C89C6          mov %r8,%rsi
      4C89CA          mov %r9,%rdx
      488B4D10        mov 0x10(%rbp),%rcx
      4C8B4518        mov 0x18(%rbp),%r8
      4C8B4D20        mov 0x20(%rbp),%r9
      31C0            xor %eax,%eax
      41FFD3          call *%r11
      85DB            test %ebx,%ebx
      7414            je 75
      4898            cltq
      4883F8FF        cmp $0xffffffffffffffff,%rax
      750C            jne 75
      FF15910B0100    call *0x10b91(%rip)
      8B00            mov (%rax),%eax
      F7D8            neg %eax
      4898            cltq
      488B5DF8        mov -0x8(%rbp),%rbx
      C9              leave
      C3              ret
      F30F1EFA        endbr64
      488B05820B0100  mov 0x10b82(%rip),%rax
      C3              ret
      """;

  static final List<Function> AARCH64_FUNCTIONS =
      List.of(
          new Function("syscall", 0),
          new Function("word", 0x28),
          new Function("function", 0x34),
          new Function("dlsym", 0xA0));

  static final String AARCH64 =
      """
      D503245F    bti c
      AA0203E8    mov x8, x2
      AA0303E0    mov x0, x3
      AA0403E1    mov x1, x4
      AA0503E2    mov x2, x5
      AA0603E3    mov x3, x6
      AA0703E4    mov x4, x7
      F94003E5    ldr x5, [sp]
      D4000001    svc #0x0
      D65F03C0    ret
      D503245F    bti c
      52800009    mov w9, #0x0
      14000003    b 3c
      D503245F    bti c
      52800029    mov w9, #0x1
      A9BE7BFD    stp x29, x30, [sp, #-32]!
      910003FD    mov x29, sp
      F9000BF3    str x19, [sp, #16]
      2A0903F3    mov w19, w9
      AA0203E9    mov x9, x2
      AA0303E0    mov x0, x3
      AA0403E1    mov x1, x4
      AA0503E2    mov x2, x5
      AA0603E3    mov x3, x6
      AA0703E4    mov x4, x7
      F94013E5    ldr x5, [sp, #32]
      F94017E6    ldr x6, [sp, #40]
      D63F0120    blr x9
      34000133    cbz w19, 94
      93407C00    sxtw x0, w0
      B100041F    cmn x0, #0x1
      540000C1    b.ne 94
      10085C09    adr x9, 10c00
      F9400129    ldr x9, [x9]
      D63F0120    blr x9
      B9800000    ldrsw x0, [x0]
      CB0003E0    neg x0, x0
      F9400BF3    ldr x19, [sp, #16]
      A8C27BFD    ldp x29, x30, [sp], #32
      D65F03C0    ret
      D503245F    bti c
      10085B29    adr x9, 10c08
      F9400120    ldr x0, [x9]
      D65F03C0    ret
      """;
}
