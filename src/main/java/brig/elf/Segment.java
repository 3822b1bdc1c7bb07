package brig.elf;

/** A program header: elf(5), {@code Elf64_Phdr}. */
record Segment(int type, long offset, long address, long fileSize, long align) {
  static final int PT_LOAD = 1;
  static final int PT_DYNAMIC = 2;
  static final int PT_INTERP = 3;
  static final int PT_NOTE = 4;
}
