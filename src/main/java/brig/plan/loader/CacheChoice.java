package brig.plan.loader;

import brig.elf.ElfFile;
import brig.plan.loader.LdSoCache.Entry;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which of ld.so.cache's entries of one name a loader takes: search_cache of elf/dl-cache.c. */
final class CacheChoice {
  private static final int ANY_ELF = 1;
  private static final int UNKNOWN = -1;

  private CacheChoice() {}

  /**
   * @param level how many glibc-hwcaps directories the processor can use
   * @param sawVariant called when an entry is for a processor of some level
   */
  static @Nullable Entry best(
      List<Entry> entries, ElfFile program, int level, Runnable sawVariant) {
    int flags = flags(program);
    List<String> levels = Hwcaps.directories(program);
    @Nullable Entry best = null;
    int bestLevel = -1;
    for (Entry entry : entries) {
      if (flags != UNKNOWN && entry.flags() != flags && entry.flags() != ANY_ELF) {
        continue;
      }
      if (entry.hwcap() != null) {
        sawVariant.run();
        int entryLevel = levels.indexOf(entry.hwcap());
        if (entryLevel >= 0 && entryLevel < level && entryLevel > bestLevel) {
          best = entry;
          bestLevel = entryLevel;
        }
      } else if (bestLevel >= 0) {
        break; // those with a hwcap come first
      } else if (!entry.legacy()) {
        // An exact kind ends the search, "any ELF" is kept until a better one comes.
        best = entry;
        if (entry.flags() == flags) {
          break;
        }
      }
    }
    return best;
  }

  /** _DL_CACHE_DEFAULT_ID of each architecture's dl-cache.h. */
  private static int flags(ElfFile program) {
    return switch (program.machine()) {
      case ElfFile.EM_X86_64 -> program.wide() ? 0x0303 : 0x0803;
      case ElfFile.EM_386 -> 0x0003;
      case ElfFile.EM_AARCH64 -> program.wide() ? 0x0A03 : UNKNOWN;
      case ElfFile.EM_PPC64 -> 0x0503;
      case ElfFile.EM_S390 -> program.wide() ? 0x0403 : 0x0003;
      default -> UNKNOWN;
    };
  }
}
