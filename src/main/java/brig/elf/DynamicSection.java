package brig.elf;

import brig.elf.ElfBytes.Piece;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The entries of PT_DYNAMIC, and the strings that they point to: elf(5), {@code Elf64_Dyn}. */
final class DynamicSection {
  static final int DT_NULL = 0;
  static final int DT_NEEDED = 1;
  static final int DT_HASH = 4;
  static final int DT_STRTAB = 5;
  static final int DT_SYMTAB = 6;
  static final int DT_STRSZ = 10;
  static final int DT_SONAME = 14;
  static final int DT_RPATH = 15;
  static final int DT_RUNPATH = 29;
  static final int DT_FLAGS = 30;
  static final int DT_GNU_HASH = 0x6FFFFEF5;
  static final int DT_VERSYM = 0x6FFFFFF0;
  static final int DT_FLAGS_1 = 0x6FFFFFFB;
  static final int DT_VERDEF = 0x6FFFFFFC;
  static final int DT_VERDEFNUM = 0x6FFFFFFD;
  static final int DT_VERNEED = 0x6FFFFFFE;
  static final int DT_VERNEEDNUM = 0x6FFFFFFF;
  static final int DT_AUXILIARY = 0x7FFFFFFD;
  static final int DT_FILTER = 0x7FFFFFFF;

  /** More than four thousand entries: real files have some dozens. */
  private static final int SIZE_MOST = 64 * 1024;

  /** Strings within so many bytes of each other are read at once. */
  private static final int NEAR = 16 * 1024;

  private static final int NAME_GUESS = 256;

  /** An RPATH may hold several paths of PATH_MAX bytes. */
  private static final int STRING_MOST = 16 * 1024;

  /** All strings together: bounds the memory that a hostile file can ask for. */
  private static final int STRINGS_MOST = 1024 * 1024;

  private final ElfReader reader;
  private final long[] tags;
  private final long[] values;
  private long stringsOffset;
  private long stringsSize;
  private @Nullable Piece near;
  private long nearStart;
  private int taken;

  private DynamicSection(ElfReader reader, long[] tags, long[] values) {
    this.reader = reader;
    this.tags = tags;
    this.values = values;
  }

  static DynamicSection read(ElfReader reader, Segment segment) throws IOException {
    ElfBytes bytes = reader.bytes();
    Piece table = bytes.piece(segment.offset(), segment.fileSize(), SIZE_MOST, "dynamic section");
    int entry = bytes.wide() ? 16 : 8;
    int count = 0;
    while ((count + 1) * entry <= table.length() && table.word(count * entry) != DT_NULL) {
      count++;
    }
    long[] tags = new long[count];
    long[] values = new long[count];
    for (int i = 0; i < count; i++) {
      tags[i] = table.word(i * entry);
      values[i] = table.word(i * entry + entry / 2);
    }
    return new DynamicSection(reader, tags, values);
  }

  /** The value of the last entry with a tag, as the loader takes it; -1 where there is none. */
  long value(int tag) {
    for (int i = tags.length - 1; i >= 0; i--) {
      if (tags[i] == tag) {
        return values[i];
      }
    }
    return -1;
  }

  /** Finds the string table; must come before {@link #string}. */
  void openStrings() throws IOException {
    long address = value(DT_STRTAB);
    if (address == -1) {
      throw new ElfException("the dynamic section names no string table");
    }
    stringsOffset = reader.offsetOf(address, "the string table");
    stringsSize = value(DT_STRSZ);
    if (stringsSize < 0) {
      throw new ElfException("the dynamic section gives no size for its string table");
    }
  }

  long stringsOffset() {
    return stringsOffset;
  }

  long stringsSize() {
    return stringsSize;
  }

  Dynamic dynamic() throws IOException {
    List<String> needed = new ArrayList<>();
    List<String> filters = new ArrayList<>();
    List<String> auxiliaries = new ArrayList<>();
    @Nullable String soname = null;
    @Nullable String rpath = null;
    @Nullable String runpath = null;
    if (readNear()) {
      for (int i = 0; i < tags.length; i++) {
        if (!isString(tags[i])) {
          continue;
        }
        String text = string(values[i]);
        switch ((int) tags[i]) {
          case DT_NEEDED -> needed.add(text);
          case DT_FILTER -> filters.add(text);
          case DT_AUXILIARY -> auxiliaries.add(text);
          case DT_SONAME -> soname = text;
          case DT_RPATH -> rpath = text;
          default -> runpath = text;
        }
      }
    }
    return new Dynamic(
        soname,
        List.copyOf(needed),
        List.copyOf(filters),
        List.copyOf(auxiliaries),
        rpath,
        runpath,
        Math.max(0, value(DT_FLAGS)),
        Math.max(0, value(DT_FLAGS_1)));
  }

  private static boolean isString(long tag) {
    return tag == DT_NEEDED
        || tag == DT_SONAME
        || tag == DT_RPATH
        || tag == DT_RUNPATH
        || tag == DT_FILTER
        || tag == DT_AUXILIARY;
  }

  /** Reads all wanted strings at once where they lie together; false where none is wanted. */
  private boolean readNear() throws IOException {
    long first = Long.MAX_VALUE;
    long last = -1;
    for (int i = 0; i < tags.length; i++) {
      if (isString(tags[i])) {
        first = Math.min(first, values[i]);
        last = Math.max(last, values[i]);
      }
    }
    if (last < 0 && first == Long.MAX_VALUE) {
      return false;
    }
    openStrings();
    if (first >= 0 && last < stringsSize && last - first <= NEAR) {
      int length = (int) Math.min(last - first + NAME_GUESS, stringsSize - first);
      near = reader.bytes().pieceUpTo(stringsOffset + first, length, "string table");
      nearStart = first;
    }
    return true;
  }

  /** The string at an offset of the string table. */
  String string(long at) throws IOException {
    if (at < 0 || at >= stringsSize) {
      throw new ElfException("a name lies outside of the string table");
    }
    String text = null;
    if (near != null && at >= nearStart && at - nearStart < near.length()) {
      text = near.text((int) (at - nearStart));
    }
    for (int guess = NAME_GUESS; text == null; guess *= 8) {
      int length = (int) Math.min(guess, stringsSize - at);
      Piece piece = reader.bytes().pieceUpTo(stringsOffset + at, length, "string table");
      text = piece.text(0);
      if (text == null && (piece.length() < guess || guess >= STRING_MOST)) {
        throw new ElfException("a name in the string table does not end");
      }
    }
    taken += text.length();
    if (taken > STRINGS_MOST) {
      throw new ElfException("the names of the dynamic section exceed 1 MB");
    }
    return text;
  }
}
