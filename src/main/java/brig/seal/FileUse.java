package brig.seal;

import brig.elf.ByteSource;
import brig.elf.Dynamic;
import brig.elf.ElfException;
import brig.elf.ElfFile;
import brig.elf.FileKind;
import java.io.IOException;

/** What a file that somebody may execute on the host is there for. */
enum FileUse {
  /** The kernel maps it; nobody needs to read it. */
  PROGRAM,
  /** Executed, and read by what its first line names. */
  SCRIPT,
  /** Opened and mapped by the loader; the loader itself is one. */
  LIBRARY,
  /** Only read, whatever its mode says. */
  DATA;

  static FileUse of(ByteSource source) throws IOException {
    return switch (FileKind.of(source)) {
      case ELF -> ofElf(source);
      case SCRIPT -> SCRIPT;
      case EMPTY, OTHER -> DATA;
    };
  }

  /**
   * Programs and libraries are both ET_DYN today. The linker marks position-independent programs
   * with DF_1_PIE; before it did (binutils 2.26), they had an interpreter and no DT_SONAME, while
   * libc.so.6, which has an interpreter too, has a name.
   */
  private static FileUse ofElf(ByteSource source) throws IOException {
    ElfFile elf;
    try {
      elf = ElfFile.read(source);
    } catch (ElfException e) {
      return DATA; // the kernel would not execute it either
    }
    if (elf == null || (elf.type() != ElfFile.ET_EXEC && elf.type() != ElfFile.ET_DYN)) {
      return DATA;
    }
    Dynamic dynamic = elf.dynamic();
    if (elf.type() == ElfFile.ET_EXEC || dynamic == null) {
      return PROGRAM;
    }
    boolean marked = (dynamic.flags1() & Dynamic.DF_1_PIE) != 0;
    return marked || (elf.interpreter() != null && dynamic.soname() == null) ? PROGRAM : LIBRARY;
  }
}
