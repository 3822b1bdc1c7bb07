package brig.elf;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one ELF file, read piece by piece. Every place comes from the file and is checked
 * against its size before anything is allocated or read.
 */
final class ElfBytes {
  /** Enough for the headers, the interpreter and the notes of nearly every file. */
  private static final int HEAD = 4096;

  private final ByteSource source;
  private final Piece head;
  private boolean wide;
  private boolean bigEndian;

  ElfBytes(ByteSource source) throws IOException {
    this.source = source;
    byte[] bytes = new byte[(int) Math.min(HEAD, Math.max(0, source.size()))];
    int count = source.read(0, bytes, 0, bytes.length);
    head = new Piece(bytes, 0, count);
  }

  /** Sets how words are read from now on. */
  void setForm(boolean wide, boolean bigEndian) {
    this.wide = wide;
    this.bigEndian = bigEndian;
  }

  boolean wide() {
    return wide;
  }

  boolean bigEndian() {
    return bigEndian;
  }

  Piece head() {
    return head;
  }

  /** Those bytes of the file; {@code what} names them where they are not in it. */
  Piece piece(long offset, long length, int limit, String what) throws IOException {
    if (length < 0 || length > limit) {
      throw new ElfException(what + " of " + Long.toUnsignedString(length) + " bytes");
    }
    long size = source.size();
    if (offset < 0 || offset > size || length > size - offset) {
      throw new ElfException(what + " lies beyond the end of the file");
    }
    if (offset + length <= head.length) {
      return new Piece(head.bytes, (int) offset, (int) length);
    }
    byte[] bytes = new byte[(int) length];
    if (source.read(offset, bytes, 0, bytes.length) < length) {
      throw new ElfException(what + " was cut off while it was read");
    }
    return new Piece(bytes, 0, (int) length);
  }

  /** Up to {@code length} bytes: less where the file ends before. */
  Piece pieceUpTo(long offset, int length, String what) throws IOException {
    long left = source.size() - offset;
    if (offset < 0 || left <= 0) {
      throw new ElfException(what + " lies beyond the end of the file");
    }
    return piece(offset, Math.min(length, left), length, what);
  }

  /** A run of bytes with the file's own word size and byte order. */
  final class Piece {
    private final byte[] bytes;
    private final int start;
    private final int length;

    private Piece(byte[] bytes, int start, int length) {
      this.bytes = bytes;
      this.start = start;
      this.length = length;
    }

    int length() {
      return length;
    }

    byte[] array() {
      return bytes;
    }

    /** Where byte {@code at} is in {@link #array}. */
    int index(int at) {
      return start + at;
    }

    int u8(int at) throws ElfException {
      check(at, 1);
      return bytes[start + at] & 0xFF;
    }

    int u16(int at) throws ElfException {
      check(at, 2);
      int a = bytes[start + at] & 0xFF;
      int b = bytes[start + at + 1] & 0xFF;
      return bigEndian ? a << 8 | b : b << 8 | a;
    }

    int s32(int at) throws ElfException {
      check(at, 4);
      int i = start + at;
      int value =
          (bytes[i] & 0xFF) << 24
              | (bytes[i + 1] & 0xFF) << 16
              | (bytes[i + 2] & 0xFF) << 8
              | (bytes[i + 3] & 0xFF);
      return bigEndian ? value : Integer.reverseBytes(value);
    }

    long u32(int at) throws ElfException {
      return s32(at) & 0xFFFFFFFFL;
    }

    long s64(int at) throws ElfException {
      check(at, 8);
      return bigEndian ? u32(at) << 32 | u32(at + 4) : u32(at + 4) << 32 | u32(at);
    }

    /** An address or offset: 4 bytes in a 32-bit file, 8 in a 64-bit one. */
    long word(int at) throws ElfException {
      return wide ? s64(at) : u32(at);
    }

    /** The text that begins at {@code at} and ends before a NUL; null where no NUL follows. */
    @Nullable String text(int at) throws ElfException {
      check(at, 0);
      for (int i = at; i < length; i++) {
        if (bytes[start + i] == 0) {
          return ElfText.decode(bytes, start + at, start + i);
        }
      }
      return null;
    }

    /** The text at {@code at}, at most {@code most} bytes: up to a NUL or the end. */
    String textWithin(int at, int most) throws ElfException {
      check(at, most);
      int end = at;
      while (end < at + most && bytes[start + end] != 0) {
        end++;
      }
      return new String(bytes, start + at, end - at, StandardCharsets.ISO_8859_1);
    }

    Piece part(int at, int count) throws ElfException {
      check(at, count);
      return new Piece(bytes, start + at, count);
    }

    private void check(int at, int count) throws ElfException {
      if (at < 0 || count < 0 || at > length - count) {
        throw new ElfException("a table ends in the middle of an entry");
      }
    }
  }
}
