package brig.audit.rules;

import brig.audit.About;
import brig.audit.Findings;
import brig.audit.Node;
import brig.audit.Rule;
import brig.audit.Severity;
import brig.elf.FileKind;
import brig.linux.LinuxException;
import brig.plan.Tools;

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

  private final About about;
  private final Tools.Sort sort;
  private final boolean planTakesItOff;

  private Programs(About about, Tools.Sort sort, boolean planTakesItOff) {
    this.about = about;
    this.sort = sort;
    this.planTakesItOff = planTakesItOff;
  }

  static Programs compilers() {
    return new Programs(COMPILER, Tools.Sort.COMPILER, false);
  }

  static Programs interpreters() {
    return new Programs(INTERPRETER, Tools.Sort.INTERPRETER, true);
  }

  @Override
  public About about() {
    return about;
  }

  @Override
  public void look(Node node, Findings out) throws LinuxException {
    if (node.stat().isFile() && Tools.sort(node.name()) == sort && isProgram(node)) {
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
