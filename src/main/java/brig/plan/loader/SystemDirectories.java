package brig.plan.loader;

import brig.elf.ElfFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The directories that a loader has built in, which differ by distribution: they are read out of
 * the loader's own file, where they stand one after the other as texts that end in a slash (glibc's
 * elf/dl-load.c, system_dirs).
 */
final class SystemDirectories {
  private final HostFiles files;
  private final Map<String, List<String>> known = new HashMap<>();

  SystemDirectories(HostFiles files) {
    this.files = files;
  }

  /** Without the slash at the end. */
  List<String> of(String interpreter, ElfFile elf) throws IOException {
    List<String> directories = known.get(interpreter);
    if (directories == null) {
      byte[] bytes = files.bytes(interpreter);
      directories = bytes == null ? List.of() : find(bytes);
      if (directories.isEmpty()) {
        directories = usual(elf);
      }
      known.put(interpreter, directories);
    }
    return directories;
  }

  /** What $LIB stands for: the first directory, its root taken off. */
  static String lib(List<String> directories) {
    String first = directories.isEmpty() ? "/lib" : directories.getFirst();
    return first.startsWith("/usr/") ? first.substring(5) : first.substring(1);
  }

  static List<String> find(byte[] loader) {
    String text = new String(loader, StandardCharsets.ISO_8859_1);
    int at = text.indexOf("/lib/\0");
    at = at < 0 ? text.indexOf("/lib64/\0") : at;
    if (at < 0) {
      return List.of();
    }
    int first = text.lastIndexOf('\0', at) + 1;
    int before = startOfTextBefore(text, first);
    while (isPath(text, before, first - 1)) {
      first = before;
      before = startOfTextBefore(text, first);
    }
    List<String> run = new ArrayList<>();
    int end = text.indexOf('\0', first);
    while (isPath(text, first, end)) {
      run.add(text.substring(first, end - 1));
      first = end + 1;
      end = text.indexOf('\0', first);
    }
    return List.copyOf(run);
  }

  private static int startOfTextBefore(String text, int start) {
    return text.lastIndexOf('\0', start - 2) + 1;
  }

  /** An absolute path that ends in a slash, at least two characters before it. */
  private static boolean isPath(String text, int from, int to) {
    if (to - from < 3 || text.charAt(from) != '/' || text.charAt(to - 1) != '/') {
      return false;
    }
    for (int i = from; i < to; i++) {
      if (text.charAt(i) <= ' ' || text.charAt(i) > '~') {
        return false;
      }
    }
    return true;
  }

  private static List<String> usual(ElfFile elf) {
    String multiarch =
        switch (elf.machine()) {
          case ElfFile.EM_X86_64 -> elf.wide() ? "x86_64-linux-gnu" : "x86_64-linux-gnux32";
          case ElfFile.EM_386 -> "i386-linux-gnu";
          case ElfFile.EM_AARCH64 -> "aarch64-linux-gnu";
          case ElfFile.EM_ARM -> "arm-linux-gnueabihf";
          default -> "";
        };
    List<String> directories = new ArrayList<>();
    if (!multiarch.isEmpty()) {
      directories.add("/lib/" + multiarch);
      directories.add("/usr/lib/" + multiarch);
    }
    if (elf.wide()) {
      directories.add("/lib64");
      directories.add("/usr/lib64");
    }
    directories.add("/lib");
    directories.add("/usr/lib");
    return List.copyOf(directories);
  }
}
