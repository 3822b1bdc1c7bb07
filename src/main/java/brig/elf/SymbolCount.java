package brig.elf;

import brig.elf.ElfBytes.Piece;
import java.io.IOException;

/**
 * How many dynamic symbols there are, which no entry says outright: the hash tables do. DT_HASH has
 * a chain for each symbol; in DT_GNU_HASH the chain of the highest bucket ends at the last one.
 */
final class SymbolCount {
  private static final int BUCKETS_MOST = 16 * 1024 * 1024;
  private static final int CHUNK = 16 * 1024;

  private SymbolCount() {}

  /** Never more than the file has room for. */
  static long of(ElfReader reader, DynamicSection section, int entrySize) throws IOException {
    long gnu = section.value(DynamicSection.DT_GNU_HASH);
    long old = section.value(DynamicSection.DT_HASH);
    if (gnu != -1) {
      return byGnuHash(reader.bytes(), reader.offsetOf(gnu, "the symbols' hash table"));
    }
    if (old != -1) {
      long offset = reader.offsetOf(old, "the symbols' hash table");
      return reader.bytes().piece(offset, 8, 8, "symbols' hash table").u32(4);
    }
    // Neither: the string table stands right behind the symbols in every linker's output.
    long symbols = section.value(DynamicSection.DT_SYMTAB);
    long strings = section.value(DynamicSection.DT_STRTAB);
    return strings > symbols ? (strings - symbols) / entrySize : 0;
  }

  private static long byGnuHash(ElfBytes bytes, long offset) throws IOException {
    Piece header = bytes.piece(offset, 16, 16, "symbols' hash table");
    long buckets = header.u32(0);
    long firstHashed = header.u32(4);
    long bucketsAt = offset + 16 + header.u32(8) * (bytes.wide() ? 8 : 4);
    Piece table = bytes.piece(bucketsAt, buckets * 4, BUCKETS_MOST, "symbols' hash table");
    long last = 0;
    for (int i = 0; i < buckets; i++) {
      last = Math.max(last, table.u32(i * 4));
    }
    if (last < firstHashed) {
      return firstHashed;
    }
    long chain = bucketsAt + buckets * 4 + (last - firstHashed) * 4;
    while (true) {
      Piece piece = bytes.pieceUpTo(chain, CHUNK, "symbols' hash table");
      for (int i = 0; i + 4 <= piece.length(); i += 4) {
        last++;
        if ((piece.s32(i) & 1) != 0) {
          return last;
        }
      }
      chain += CHUNK;
    }
  }
}
