package brig.elf;

import brig.elf.ElfBytes.Piece;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Walks PT_NOTE segments: elf(5), "Notes". Unknown notes are passed over. */
final class Notes {
  private static final int NT_GNU_ABI_TAG = 1;
  private static final int NT_FDO_DLOPEN = 0x407C0C0A;
  private static final int HEADER = 12;

  private @Nullable AbiTag abiTag;
  private final List<DlopenRequest> dlopen = new ArrayList<>();

  @Nullable AbiTag abiTag() {
    return abiTag;
  }

  List<DlopenRequest> dlopen() {
    return List.copyOf(dlopen);
  }

  /** Adds what is in one segment; its notes are aligned to 4 bytes, or to 8 where it says so. */
  void add(Piece segment, long align) throws ElfException {
    int unit = align == 8 ? 8 : 4;
    long at = 0;
    while (at + HEADER <= segment.length()) {
      int start = (int) at;
      long nameSize = segment.u32(start);
      long contentSize = segment.u32(start + 4);
      long content = at + HEADER + roundUp(nameSize, 4);
      // The specification says padding to 8 in an 8-aligned segment, but counts from the start.
      content = roundUp(content, unit);
      if (content + contentSize > segment.length()) {
        // glibc and the kernel end their walk here as well: what follows cannot be told apart.
        return;
      }
      take(segment, start, (int) nameSize, (int) content, (int) contentSize);
      at = roundUp(content + contentSize, unit);
    }
  }

  private void take(Piece segment, int start, int nameSize, int content, int contentSize)
      throws ElfException {
    int type = segment.s32(start + 8);
    if (nameSize != 4) {
      return;
    }
    String name = segment.textWithin(start + HEADER, nameSize);
    if (type == NT_GNU_ABI_TAG && name.equals("GNU") && contentSize >= 16 && abiTag == null) {
      abiTag =
          new AbiTag(
              segment.s32(content),
              segment.s32(content + 4),
              segment.s32(content + 8),
              segment.s32(content + 12));
    } else if (type == NT_FDO_DLOPEN && name.equals("FDO")) {
      dlopen.addAll(DlopenNote.parse(segment.array(), segment.index(content), contentSize));
    }
  }

  private static long roundUp(long value, int unit) {
    return (value + unit - 1) & -unit;
  }
}
