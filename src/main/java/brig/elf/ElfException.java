package brig.elf;

import java.io.IOException;

/** A file that begins as ELF is not what the format allows; the message says in which way. */
public final class ElfException extends IOException {
  private static final long serialVersionUID = 1L;

  public ElfException(String reason) {
    super(reason);
  }
}
