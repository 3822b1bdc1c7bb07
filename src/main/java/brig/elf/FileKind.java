package brig.elf;

import java.io.IOException;

/** What the kernel would take a file for, by its first bytes: execve(2), binfmt_elf, "#!". */
public enum FileKind {
  ELF,
  SCRIPT,
  EMPTY,
  OTHER;

  public static FileKind of(ByteSource source) throws IOException {
    byte[] first = new byte[4];
    return of(first, source.read(0, first, 0, first.length));
  }

  /** Of a file whose first {@code length} bytes are these; four are enough. */
  public static FileKind of(byte[] first, int length) {
    if (length <= 0) {
      return EMPTY;
    }
    if (length >= 4 && first[0] == 0x7F && first[1] == 'E' && first[2] == 'L' && first[3] == 'F') {
      return ELF;
    }
    return length >= 2 && first[0] == '#' && first[1] == '!' ? SCRIPT : OTHER;
  }
}
