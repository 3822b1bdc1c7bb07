package brig.plan.loader;

import brig.elf.Dynamic;
import brig.elf.ElfFile;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Which loader is meant for a library, which names none: the ABI's usual place of each. */
final class Interpreters {
  private Interpreters() {}

  static String of(ElfFile elf, HostFiles files) throws IOException {
    String glibc = glibc(elf);
    String musl = "/lib/ld-musl-" + muslArchitecture(elf) + ".so.1";
    boolean wantsMusl = asksForMusl(elf.dynamic());
    boolean onlyMusl = files.stat(glibc) == null && files.stat(musl) != null;
    return wantsMusl || onlyMusl ? musl : glibc;
  }

  private static boolean asksForMusl(@Nullable Dynamic dynamic) {
    if (dynamic != null) {
      for (String name : dynamic.needed()) {
        if (name.equals("libc.so") || name.startsWith("libc.musl-")) {
          return true;
        }
      }
    }
    return false;
  }

  private static String glibc(ElfFile elf) {
    return switch (elf.machine()) {
      case ElfFile.EM_X86_64 ->
          elf.wide() ? "/lib64/ld-linux-x86-64.so.2" : "/libx32/ld-linux-x32.so.2";
      case ElfFile.EM_AARCH64 ->
          elf.bigEndian() ? "/lib/ld-linux-aarch64_be.so.1" : "/lib/ld-linux-aarch64.so.1";
      case ElfFile.EM_ARM -> "/lib/ld-linux-armhf.so.3";
      case ElfFile.EM_PPC64 -> "/lib64/ld64.so.2";
      case ElfFile.EM_S390 -> elf.wide() ? "/lib/ld64.so.1" : "/lib/ld.so.1";
      case ElfFile.EM_RISCV -> "/lib/ld-linux-riscv64-lp64d.so.1";
      default -> "/lib/ld-linux.so.2";
    };
  }

  private static String muslArchitecture(ElfFile elf) {
    return switch (elf.machine()) {
      case ElfFile.EM_X86_64 -> elf.wide() ? "x86_64" : "x32";
      case ElfFile.EM_AARCH64 -> "aarch64";
      case ElfFile.EM_ARM -> "armhf";
      case ElfFile.EM_PPC64 -> "powerpc64le";
      case ElfFile.EM_S390 -> "s390x";
      case ElfFile.EM_RISCV -> "riscv64";
      default -> "i386";
    };
  }
}
