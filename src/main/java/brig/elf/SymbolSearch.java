package brig.elf;

import brig.elf.ElfBytes.Piece;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds a name among a file's dynamic symbols. The string table is searched first, as bytes: most
 * files do not hold the name at all, and nothing else of them is read.
 */
public final class SymbolSearch {
  private static final int CHUNK = 64 * 1024;

  /** A name may end in many longer ones; this many are more than any real file has. */
  private static final int OCCURRENCES_MOST = 10_000;

  private final ElfReader reader;
  private final ElfBytes bytes;
  private final DynamicSection section;
  private final String name;

  private SymbolSearch(ElfReader reader, DynamicSection section, String name) {
    this.reader = reader;
    this.bytes = reader.bytes();
    this.section = section;
    this.name = name;
  }

  /**
   * All that a file says of a symbol.
   *
   * @param name without a version
   * @return each answer once; none where the file is no ELF file or has no dynamic symbols
   */
  public static List<SymbolEntry> find(ByteSource source, String name) throws IOException {
    ElfReader reader = ElfReader.open(source);
    DynamicSection section = reader == null ? null : reader.dynamicSection();
    if (reader == null
        || section == null
        || name.isEmpty()
        || section.value(DynamicSection.DT_SYMTAB) == -1
        || section.value(DynamicSection.DT_STRTAB) == -1) {
      return List.of();
    }
    section.openStrings();
    return new SymbolSearch(reader, section, name).find();
  }

  private List<SymbolEntry> find() throws IOException {
    Set<Long> places = places(name.getBytes(StandardCharsets.UTF_8));
    if (places.isEmpty()) {
      return List.of();
    }
    long table = reader.offsetOf(section.value(DynamicSection.DT_SYMTAB), "the symbol table");
    int entry = bytes.wide() ? 24 : 16;
    long count = SymbolCount.of(reader, section, entry);
    SymbolVersions versions = new SymbolVersions(reader, section);
    Set<SymbolEntry> found = new LinkedHashSet<>();
    int atOnce = CHUNK / entry;
    for (long first = 0; first < count; first += atOnce) {
      int some = (int) Math.min(atOnce, count - first);
      Piece piece = bytes.piece(table + first * entry, (long) some * entry, CHUNK, "symbol table");
      for (int i = 0; i < some; i++) {
        if (places.contains(piece.u32(i * entry))) {
          add(found, piece.part(i * entry, entry), first + i, versions);
        }
      }
    }
    return List.copyOf(found);
  }

  private void add(Set<SymbolEntry> found, Piece symbol, long index, SymbolVersions versions)
      throws IOException {
    boolean wide = bytes.wide();
    int binding = symbol.u8(wide ? 4 : 12) >> 4;
    boolean defined = symbol.u16(wide ? 6 : 14) != 0;
    if (binding != 0) { // STB_LOCAL is nobody else's
      found.add(versions.entry(name, index, defined));
    }
  }

  /** The offsets in the string table where the name stands, whole or as the end of a longer one. */
  private Set<Long> places(byte[] wanted) throws IOException {
    Set<Long> places = new HashSet<>();
    long size = section.stringsSize();
    int overlap = wanted.length; // the NUL behind it included
    for (long from = 0; from < size && places.size() < OCCURRENCES_MOST; from += CHUNK) {
      int length = (int) Math.min(CHUNK + (long) overlap, size - from);
      Piece piece = bytes.piece(section.stringsOffset() + from, length, length, "string table");
      List<Integer> here = occurrences(piece, wanted);
      for (int at : here) {
        places.add(from + at);
      }
    }
    return places;
  }

  private static List<Integer> occurrences(Piece piece, byte[] wanted) {
    List<Integer> places = new ArrayList<>(0);
    byte[] array = piece.array();
    int start = piece.index(0);
    int last = start + piece.length() - wanted.length - 1;
    byte first = wanted[0];
    for (int i = start; i <= last; i++) {
      if (array[i] == first && array[i + wanted.length] == 0 && matches(array, i, wanted)) {
        places.add(i - start);
      }
    }
    return places;
  }

  private static boolean matches(byte[] array, int at, byte[] wanted) {
    for (int i = 1; i < wanted.length; i++) {
      if (array[at + i] != wanted[i]) {
        return false;
      }
    }
    return true;
  }
}
