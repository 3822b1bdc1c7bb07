package brig.testing;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A small ELF file for tests: the headers, an interpreter, notes and a dynamic section, mapped at
 * address 0x1000, of either class and byte order.
 */
public final class ElfImage {
  private static final int BASE = 0x1000;
  private static final int PT_LOAD = 1;
  private static final int PT_DYNAMIC = 2;
  private static final int PT_INTERP = 3;
  private static final int PT_NOTE = 4;

  private record Tag(long tag, long value) {}

  private record Piece(int type, int offset, int length, int align) {}

  private final boolean wide;
  private final boolean big;
  private final int machine;
  private int type = 3;
  private boolean isStatic;
  private String interpreter = "";
  private final ByteArrayOutputStream strings = new ByteArrayOutputStream();
  private final List<Tag> tags = new ArrayList<>();
  private final List<byte[]> notes = new ArrayList<>();

  private ElfImage(boolean wide, boolean big, int machine) {
    this.wide = wide;
    this.big = big;
    this.machine = machine;
    strings.write(0);
  }

  /** A 64-bit file for x86-64. */
  public static ElfImage x86() {
    return new ElfImage(true, false, 62);
  }

  public static ElfImage of(boolean wide, boolean big, int machine) {
    return new ElfImage(wide, big, machine);
  }

  /** A program of the host that names glibc's loader for x86-64. */
  public ElfImage program() {
    return interpreter("/lib64/ld-linux-x86-64.so.2");
  }

  public ElfImage interpreter(String path) {
    interpreter = path;
    return this;
  }

  public ElfImage type(int type) {
    this.type = type;
    return this;
  }

  /** Without a dynamic section. */
  public ElfImage asStatic() {
    isStatic = true;
    return this;
  }

  public ElfImage needed(String... names) {
    for (String name : names) {
      tag(1, name);
    }
    return this;
  }

  public ElfImage soname(String name) {
    return tag(14, name);
  }

  public ElfImage rpath(String path) {
    return tag(15, path);
  }

  public ElfImage runpath(String path) {
    return tag(29, path);
  }

  public ElfImage flags1(long flags) {
    return tag(0x6FFFFFFBL, flags);
  }

  public ElfImage tag(long tag, String text) {
    int offset = strings.size();
    strings.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    strings.write(0);
    return tag(tag, offset);
  }

  public ElfImage tag(long tag, long value) {
    tags.add(new Tag(tag, value));
    return this;
  }

  public ElfImage dlopenNote(String json) {
    return note("FDO", 0x407C0C0A, json.getBytes(StandardCharsets.UTF_8));
  }

  public ElfImage abiTag(int system, int major, int minor, int patch) {
    ByteBuffer content = buffer(16);
    content.putInt(system).putInt(major).putInt(minor).putInt(patch);
    return note("GNU", 1, content.array());
  }

  public ElfImage note(String name, int type, byte[] content) {
    byte[] nameBytes = (name + "\0").getBytes(StandardCharsets.UTF_8);
    ByteBuffer note = buffer(12 + round(nameBytes.length, 4) + round(content.length, 4));
    note.putInt(nameBytes.length).putInt(content.length).putInt(type).put(nameBytes);
    note.position(12 + round(nameBytes.length, 4));
    note.put(content);
    notes.add(note.array());
    return this;
  }

  private ByteBuffer buffer(int size) {
    return ByteBuffer.allocate(size).order(big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
  }

  private static int round(int value, int unit) {
    return (value + unit - 1) / unit * unit;
  }

  public byte[] bytes() {
    int headers = (wide ? 64 : 52) + 4 * (wide ? 56 : 32);
    byte[] interp = (interpreter + "\0").getBytes(StandardCharsets.UTF_8);
    int notesAt = round(headers + interp.length, 8);
    int notesLength = notes.stream().mapToInt(note -> note.length).sum();
    int stringsAt = notesAt + notesLength;
    int dynamicAt = round(stringsAt + strings.size(), 16);
    int dynamicLength = (tags.size() + 3) * (wide ? 16 : 8);
    int size = dynamicAt + dynamicLength;
    List<Piece> pieces = new ArrayList<>();
    pieces.add(new Piece(PT_LOAD, 0, size, 0x1000));
    if (!interpreter.isEmpty()) {
      pieces.add(new Piece(PT_INTERP, headers, interp.length, 1));
    }
    if (!notes.isEmpty()) {
      pieces.add(new Piece(PT_NOTE, notesAt, notesLength, 4));
    }
    if (!isStatic) {
      pieces.add(new Piece(PT_DYNAMIC, dynamicAt, dynamicLength, 8));
    }
    ByteBuffer out = buffer(size);
    writeHeader(out, pieces.size());
    for (Piece piece : pieces) {
      writeSegment(out, piece);
    }
    out.position(headers);
    out.put(interp);
    out.position(notesAt);
    notes.forEach(out::put);
    out.position(stringsAt);
    out.put(strings.toByteArray());
    out.position(dynamicAt);
    for (Tag tag : tags) {
      word(out, tag.tag());
      word(out, tag.value());
    }
    word(out, 5);
    word(out, BASE + stringsAt);
    word(out, 10);
    word(out, strings.size());
    return out.array();
  }

  private void writeHeader(ByteBuffer out, int segments) {
    out.put(new byte[] {0x7F, 'E', 'L', 'F', (byte) (wide ? 2 : 1), (byte) (big ? 2 : 1), 1});
    out.position(16);
    out.putShort((short) type).putShort((short) machine).putInt(1);
    word(out, BASE);
    word(out, wide ? 64 : 52);
    word(out, 0);
    out.putInt(0).putShort((short) (wide ? 64 : 52)).putShort((short) (wide ? 56 : 32));
    out.putShort((short) segments).putShort((short) 0).putShort((short) 0).putShort((short) 0);
  }

  private void writeSegment(ByteBuffer out, Piece piece) {
    out.putInt(piece.type());
    if (wide) {
      out.putInt(4);
    }
    word(out, piece.offset());
    word(out, BASE + piece.offset());
    word(out, BASE + piece.offset());
    word(out, piece.length());
    word(out, piece.length());
    if (!wide) {
      out.putInt(4);
    }
    word(out, piece.align());
  }

  private void word(ByteBuffer out, long value) {
    if (wide) {
      out.putLong(value);
    } else {
      out.putInt((int) value);
    }
  }
}
