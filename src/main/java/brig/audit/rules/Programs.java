package brig.audit.rules;

import brig.audit.About;
import brig.audit.Findings;
import brig.audit.Node;
import brig.audit.Rule;
import brig.audit.Severity;
import brig.elf.FileKind;
import brig.linux.LinuxException;

/** Programs of a kind that serve an intruder, by their names: compilers and interpreters. */
final class Programs implements Rule {
  static final About COMPILER =
      new About(
          "compiler",
          Severity.MEDIUM,
          "a compiler, assembler, linker or build tool",
          "With one, an intruder makes inside what he could not bring: programs for holes of this"
              + " very kernel.",
          "Leave it out of the jail.");
  static final About INTERPRETER =
      new About(
          "interpreter",
          Severity.MEDIUM,
          "an interpreter that no plan asks for",
          "It runs whatever an intruder writes, needs no file that is executable for it, and can"
              + " make every system call.",
          "Leave it out, or name it in the jailfile (files.programs) if the service needs it.");

  private static final ProgramNames COMPILERS =
      new ProgramNames(
          "gcc",
          "cc",
          "g++",
          "c++",
          "c89",
          "c99",
          "cpp",
          "clang",
          "clang++",
          "tcc",
          "icc",
          "as",
          "ld",
          "ld.bfd",
          "ld.gold",
          "ld.lld",
          "lld",
          "mold",
          "collect2",
          "cc1",
          "cc1plus",
          "make",
          "gmake",
          "cmake",
          "ninja",
          "nasm",
          "yasm",
          "go",
          "gccgo",
          "gfortran",
          "rustc",
          "cargo",
          "ghc",
          "javac",
          "fpc",
          "gdb",
          "objcopy");
  private static final ProgramNames INTERPRETERS =
      new ProgramNames(
          "perl",
          "python",
          "pypy",
          "ruby",
          "php",
          "php-cgi",
          "php-fpm",
          "phpdbg",
          "node",
          "nodejs",
          "deno",
          "bun",
          "lua",
          "luajit",
          "tclsh",
          "wish",
          "expect",
          "guile",
          "gawk",
          "mawk",
          "awk",
          "original-awk",
          "java",
          "erl",
          "rscript",
          "ocaml",
          "gforth",
          "bc",
          "vim",
          "vim.basic",
          "vim.tiny",
          "emacs",
          "ed");

  private final About about;
  private final ProgramNames names;
  private final boolean planTakesItOff;

  private Programs(About about, ProgramNames names, boolean planTakesItOff) {
    this.about = about;
    this.names = names;
    this.planTakesItOff = planTakesItOff;
  }

  static Programs compilers() {
    return new Programs(COMPILER, COMPILERS, false);
  }

  static Programs interpreters() {
    return new Programs(INTERPRETER, INTERPRETERS, true);
  }

  @Override
  public About about() {
    return about;
  }

  @Override
  public void look(Node node, Findings out) throws LinuxException {
    if (node.stat().isFile() && names.has(node.name()) && isProgram(node)) {
      if (node.planned() == null) {
        out.add(about, node.path(), "can be run by what is in the jail");
      } else if (!planTakesItOff) {
        out.add(about, Severity.LOW, node.path(), "is in the plan: " + node.why());
      }
    }
  }

  /** Executable by its mode, or an ELF file, which the loader runs whatever its mode. */
  static boolean isProgram(Node node) throws LinuxException {
    if (node.executable()) {
      return true;
    }
    if (node.stat().size() < 64) {
      return false;
    }
    byte[] head = node.head();
    return FileKind.of(head, head.length) == FileKind.ELF;
  }
}
