package brig.elf;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the kernel and the loader read of an ELF file: elf(5).
 *
 * @param wide a 64-bit file (ELFCLASS64)
 * @param machine EM_* as in elf.h
 * @param type {@link #ET_EXEC}, {@link #ET_DYN} or another
 * @param interpreter PT_INTERP as written; null for a library or a static program
 * @param dynamic null where there is no PT_DYNAMIC: a static program
 * @param dlopen what it may load at run time, by its own word
 */
public record ElfFile(
    boolean wide,
    boolean bigEndian,
    int machine,
    int type,
    @Nullable String interpreter,
    @Nullable Dynamic dynamic,
    @Nullable AbiTag abiTag,
    List<DlopenRequest> dlopen) {

  public static final int ET_EXEC = 2;
  public static final int ET_DYN = 3;

  public static final int EM_386 = 3;
  public static final int EM_PPC64 = 21;
  public static final int EM_S390 = 22;
  public static final int EM_ARM = 40;
  public static final int EM_X86_64 = 62;
  public static final int EM_AARCH64 = 183;
  public static final int EM_RISCV = 243;

  /**
   * Reads the parts that matter, a few kilobytes whatever the file's size.
   *
   * @return null when it does not begin as an ELF file
   * @throws ElfException when it does, but what follows is not one
   */
  public static @Nullable ElfFile read(ByteSource source) throws IOException {
    ElfReader reader = ElfReader.open(source);
    return reader == null ? null : reader.file();
  }
}
