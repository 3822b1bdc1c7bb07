package brig.plan;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Programs that help whoever has broken in: shells, compilers, interpreters, set-id programs. Told
 * by their names, which is as much as can be told without running them. The level "strict" takes
 * none along merely because it lies in a directory that comes in; docs/hardening.md has the rules.
 */
public final class Tools {
  private static final Set<String> SHELLS =
      Set.of(
          "sh", "bash", "rbash", "dash", "ash", "ksh", "ksh93", "rksh", "mksh", "lksh", "pdksh",
          "zsh", "rzsh", "csh", "tcsh", "bsd-csh", "fish", "yash", "posh", "oksh", "sash", "nu",
          "pwsh", "elvish", "busybox", "toybox");
  private static final Set<String> COMPILERS =
      Set.of(
          "cc",
          "c89",
          "c99",
          "gcc",
          "g++",
          "c++",
          "cpp",
          "clang",
          "clang++",
          "clang-cpp",
          "tcc",
          "cc1",
          "cc1plus",
          "collect2",
          "lto1",
          "gfortran",
          "as",
          "ld",
          "ld.bfd",
          "ld.gold",
          "ld.lld",
          "lld",
          "mold",
          "go",
          "gccgo",
          "rustc",
          "cargo",
          "javac",
          "ghc",
          "make",
          "gmake",
          "cmake",
          "ninja",
          "nasm",
          "yasm",
          "fpc");
  private static final Set<String> INTERPRETERS =
      Set.of(
          "perl",
          "python",
          "pypy",
          "ruby",
          "php",
          "php-cgi",
          "php-fpm",
          "phpdbg",
          "lua",
          "luajit",
          "tclsh",
          "wish",
          "expect",
          "awk",
          "gawk",
          "mawk",
          "nawk",
          "original-awk",
          "node",
          "nodejs",
          "deno",
          "bun",
          "erl",
          "guile",
          "gdb",
          "java",
          "jshell",
          "m4",
          "dc",
          "bc",
          "ed",
          "ocaml",
          "rscript");

  private static final int SET_ID = 06000;
  private static final int EXECUTABLE = 0111;

  private Tools() {}

  /** What programs of a name are for. */
  public enum Sort {
    SHELL,
    COMPILER,
    INTERPRETER
  }

  /** By a file's name alone; null for any other. */
  public static @Nullable Sort sort(String fileName) {
    String name = plain(fileName);
    if (SHELLS.contains(name)) {
      return Sort.SHELL;
    }
    if (COMPILERS.contains(name)) {
      return Sort.COMPILER;
    }
    return INTERPRETERS.contains(name) ? Sort.INTERPRETER : null;
  }

  /** What it is, such as {@code a shell}; null when it is no such program. */
  public static @Nullable String kind(String path, FileStat stat) {
    if (stat.type() != FileStat.Type.FILE || (stat.mode() & EXECUTABLE) == 0) {
      return null;
    }
    Sort sort = sort(Paths.name(path));
    if (sort == null) {
      return (stat.mode() & SET_ID) != 0 ? "a set-id program" : null;
    }
    return switch (sort) {
      case SHELL -> "a shell";
      case COMPILER -> "a compiler or a part of one";
      case INTERPRETER -> "an interpreter";
    };
  }

  static boolean isCompiler(String path, FileStat stat) {
    return stat.type() == FileStat.Type.FILE
        && (stat.mode() & EXECUTABLE) != 0
        && COMPILERS.contains(plain(Paths.name(path)));
  }

  /** Without the machine before it and the version behind: x86_64-linux-gnu-gcc-12 is gcc. */
  private static String plain(String name) {
    String plain = name;
    for (String machine : new String[] {"-linux-gnu-", "-linux-musl-", "-linux-gnueabihf-"}) {
      int at = plain.indexOf(machine);
      if (at > 0) {
        plain = plain.substring(at + machine.length());
      }
    }
    if (SHELLS.contains(plain) || COMPILERS.contains(plain)) {
      return plain; // ksh93, c89: a number that is part of the name
    }
    int end = plain.length();
    while (end > 0 && isVersion(plain.charAt(end - 1))) {
      end--;
    }
    return plain.substring(0, end);
  }

  private static boolean isVersion(char c) {
    return (c >= '0' && c <= '9') || c == '.' || c == '-';
  }
}
