package brig.plan.loader;

import brig.elf.ElfFile;
import java.io.IOException;
import java.util.List;

/**
 * What $PLATFORM stands for: AT_PLATFORM, which the kernel gives (getauxval(3)), or glibc's own
 * word for some of Intel's processors (sysdeps/x86/cpu-features.c).
 */
final class Platform {
  private static final List<String> HASWELL =
      List.of("avx2", "bmi1", "bmi2", "abm", "movbe", "popcnt", "fma");

  private Platform() {}

  static String of(ElfFile program, HostFiles files) throws IOException {
    return switch (program.machine()) {
      case ElfFile.EM_X86_64 -> x86(files);
      case ElfFile.EM_386 -> "i686";
      case ElfFile.EM_AARCH64 -> program.bigEndian() ? "aarch64_be" : "aarch64";
      case ElfFile.EM_ARM -> "v8l";
      default -> files.host().machine();
    };
  }

  private static String x86(HostFiles files) throws IOException {
    Processor processor = Processor.read(files);
    if (!processor.intel()) {
      return "x86_64";
    }
    if (processor.has(List.of("avx512er", "avx512pf"))) {
      return "xeon_phi";
    }
    return processor.has(HASWELL) ? "haswell" : "x86_64";
  }
}
