package brig.elf;

import brig.elf.ElfBytes.Piece;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Versions of symbols: DT_VERSYM, DT_VERDEF and DT_VERNEED, as the LSB describes them. */
final class SymbolVersions {
  private static final int HIDDEN = 0x8000;
  private static final int VERDEF = 20;
  private static final int VERNEED = 16;
  private static final int TABLE_MOST = 1024 * 1024;
  private static final int ENTRIES_MOST = 65_536;

  private final ElfReader reader;
  private final DynamicSection section;
  private @Nullable Map<Integer, String> names;

  SymbolVersions(ElfReader reader, DynamicSection section) {
    this.reader = reader;
    this.section = section;
  }

  /** The symbol at an index of the table, with its version. */
  SymbolEntry entry(String name, long index, boolean defined) throws IOException {
    long table = section.value(DynamicSection.DT_VERSYM);
    if (table == -1) {
      return new SymbolEntry(name, defined, null, false);
    }
    long offset = reader.offsetOf(table, "the table of versions") + index * 2;
    int version = reader.bytes().piece(offset, 2, 2, "table of versions").u16(0);
    int number = version & ~HIDDEN;
    if (number < 2) { // VER_NDX_LOCAL, VER_NDX_GLOBAL
      return new SymbolEntry(name, defined, null, false);
    }
    return new SymbolEntry(name, defined, names().get(number), (version & HIDDEN) == 0);
  }

  private Map<Integer, String> names() throws IOException {
    if (names == null) {
      names = new HashMap<>();
      readDefined(names);
      readNeeded(names);
    }
    return names;
  }

  private @Nullable Piece table(int tag, String what) throws IOException {
    long address = section.value(tag);
    return address == -1
        ? null
        : reader.bytes().pieceUpTo(reader.offsetOf(address, what), TABLE_MOST, what);
  }

  private void readDefined(Map<Integer, String> into) throws IOException {
    Piece table = table(DynamicSection.DT_VERDEF, "the versions that are defined");
    if (table == null) {
      return;
    }
    long at = 0;
    for (int i = 0; i < ENTRIES_MOST && at + VERDEF <= table.length(); i++) {
      int entry = (int) at;
      long names = at + table.u32(entry + 12);
      if (table.u16(entry + 6) > 0 && names + 8 <= table.length()) {
        into.putIfAbsent(table.u16(entry + 4) & ~HIDDEN, text(table.u32((int) names)));
      }
      long next = table.u32(entry + 16);
      if (next == 0) {
        return;
      }
      at += next;
    }
  }

  private void readNeeded(Map<Integer, String> into) throws IOException {
    Piece table = table(DynamicSection.DT_VERNEED, "the versions that are needed");
    if (table == null) {
      return;
    }
    int entries = 0;
    long at = 0;
    while (at + VERNEED <= table.length()) {
      long name = at + table.u32((int) at + 8);
      for (int i = table.u16((int) at + 2); i > 0 && name + 16 <= table.length(); i--) {
        if (entries++ > ENTRIES_MOST) {
          return;
        }
        into.putIfAbsent(table.u16((int) name + 6) & ~HIDDEN, text(table.u32((int) name + 8)));
        long next = table.u32((int) name + 12);
        if (next == 0) {
          break;
        }
        name += next;
      }
      long next = table.u32((int) at + 12);
      if (next == 0) {
        return;
      }
      at += next;
    }
  }

  private String text(long offset) throws IOException {
    return section.string(offset);
  }
}
