package brig.elf;

import brig.elf.ElfBytes.Piece;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads headers: elf(5). Whatever is asked of it later is looked up in the file then. */
final class ElfReader {
  private static final int EI_CLASS = 4;
  private static final int EI_DATA = 5;
  private static final int EI_VERSION = 6;
  private static final int PT_INTERP_MOST = 4096; // PATH_MAX, as the kernel's binfmt_elf
  private static final int NOTES_MOST = 256 * 1024;

  private final ElfBytes bytes;
  private final int type;
  private final int machine;
  private final List<Segment> segments;

  private ElfReader(ElfBytes bytes, int type, int machine, List<Segment> segments) {
    this.bytes = bytes;
    this.type = type;
    this.machine = machine;
    this.segments = segments;
  }

  static @Nullable ElfReader open(ByteSource source) throws IOException {
    ElfBytes bytes = new ElfBytes(source);
    Piece head = bytes.head();
    int count = Math.min(4, head.length());
    if (FileKind.of(head.array(), count) != FileKind.ELF) {
      return null;
    }
    readIdent(bytes, head);
    boolean wide = bytes.wide();
    if (head.length() < (wide ? 64 : 52)) {
      throw new ElfException("file too short");
    }
    if (head.u32(20) != 1) {
      throw new ElfException("ELF file version does not match current one");
    }
    List<Segment> segments =
        segments(
            bytes, head.word(wide ? 32 : 28), head.u16(wide ? 54 : 42), head.u16(wide ? 56 : 44));
    return new ElfReader(bytes, head.u16(16), head.u16(18), segments);
  }

  private static void readIdent(ElfBytes bytes, Piece head) throws ElfException {
    if (head.length() < 16) {
      throw new ElfException("file too short");
    }
    int elfClass = head.u8(EI_CLASS);
    int data = head.u8(EI_DATA);
    if (elfClass != 1 && elfClass != 2) {
      throw new ElfException("unknown ELF class " + elfClass);
    }
    if (data != 1 && data != 2) {
      throw new ElfException("unknown ELF data encoding " + data);
    }
    if (head.u8(EI_VERSION) != 1) {
      throw new ElfException("ELF file version ident does not match current one");
    }
    bytes.setForm(elfClass == 2, data == 2);
  }

  private static List<Segment> segments(ElfBytes bytes, long offset, int entrySize, int count)
      throws IOException {
    if (count == 0) {
      return List.of();
    }
    boolean wide = bytes.wide();
    if (entrySize != (wide ? 56 : 32)) {
      throw new ElfException("ELF file's phentsize not the expected size");
    }
    // The kernel takes at most 64 KB of program headers: fs/binfmt_elf.c, load_elf_phdrs.
    Piece table = bytes.piece(offset, (long) entrySize * count, 65536, "program header table");
    List<Segment> segments = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int at = i * entrySize;
      segments.add(
          wide
              ? new Segment(
                  table.s32(at),
                  table.s64(at + 8),
                  table.s64(at + 16),
                  table.s64(at + 32),
                  table.s64(at + 48))
              : new Segment(
                  table.s32(at),
                  table.u32(at + 4),
                  table.u32(at + 8),
                  table.u32(at + 16),
                  table.u32(at + 28)));
    }
    return segments;
  }

  ElfBytes bytes() {
    return bytes;
  }

  /** The first segment of a type. */
  @Nullable Segment segment(int type) {
    for (Segment segment : segments) {
      if (segment.type() == type) {
        return segment;
      }
    }
    return null;
  }

  ElfFile file() throws IOException {
    Notes notes = new Notes();
    for (Segment segment : segments) {
      if (segment.type() == Segment.PT_NOTE && segment.fileSize() > 0) {
        notes.add(
            bytes.piece(segment.offset(), segment.fileSize(), NOTES_MOST, "note segment"),
            segment.align());
      }
    }
    DynamicSection section = dynamicSection();
    return new ElfFile(
        bytes.wide(),
        bytes.bigEndian(),
        machine,
        type,
        interpreter(),
        section == null ? null : section.dynamic(),
        notes.abiTag(),
        notes.dlopen());
  }

  @Nullable DynamicSection dynamicSection() throws IOException {
    Segment segment = segment(Segment.PT_DYNAMIC);
    return segment == null ? null : DynamicSection.read(this, segment);
  }

  private @Nullable String interpreter() throws IOException {
    Segment segment = segment(Segment.PT_INTERP);
    if (segment == null) {
      return null;
    }
    Piece piece =
        bytes.piece(segment.offset(), segment.fileSize(), PT_INTERP_MOST, "interpreter's name");
    String name = piece.text(0);
    if (name == null || name.isEmpty()) {
      throw new ElfException("the interpreter's name is not a text");
    }
    return name;
  }

  /** Where in the file the byte is that is mapped at an address. */
  long offsetOf(long address, String what) throws ElfException {
    for (Segment segment : segments) {
      if (segment.type() == Segment.PT_LOAD) {
        long into = address - segment.address();
        if (Long.compareUnsigned(into, segment.fileSize()) < 0) {
          return segment.offset() + into;
        }
      }
    }
    throw new ElfException(
        what + " is at address 0x" + Long.toHexString(address) + ", which is not in the file");
  }
}
