package brig.plan.loader;

import brig.elf.ElfFile;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which directories below glibc-hwcaps a processor searches: ld.so(8), "glibc-hwcaps", since glibc
 * 2.33. A level is the number of directories, the least demanding first: 0 searches none.
 */
final class Hwcaps {
  /** glibc's sysdeps/x86_64/dl-hwcaps_subdirs.c, in rising order. */
  private static final List<String> X86_64 = List.of("x86-64-v2", "x86-64-v3", "x86-64-v4");

  // What each level asks for, as /proc/cpuinfo spells it: the x86-64 psABI, "micro-architecture
  // levels".
  private static final List<List<String>> X86_64_FLAGS =
      List.of(
          List.of("cx16", "lahf_lm", "popcnt", "pni", "sse4_1", "sse4_2", "ssse3"),
          List.of("avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe"),
          List.of("avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"));

  private final HostFiles files;
  private @Nullable Integer processor;

  Hwcaps(HostFiles files) {
    this.files = files;
  }

  /** The directories that are defined for a machine, in rising order. */
  static List<String> directories(ElfFile elf) {
    return elf.machine() == ElfFile.EM_X86_64 && elf.wide() ? X86_64 : List.of();
  }

  /** The level of this host's processor. */
  int processorLevel() throws IOException {
    if (processor == null) {
      processor = level(Processor.read(files));
    }
    return processor;
  }

  static int level(Processor processor) {
    int level = 0;
    while (level < X86_64_FLAGS.size() && processor.has(X86_64_FLAGS.get(level))) {
      level++;
    }
    return level;
  }
}
