package brig.hole.lint;

import brig.plan.FileStat;
import brig.plan.Host;
import brig.plan.Plan;
import brig.report.Position;
import brig.report.Problem;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether a program is there, can be run by its user, and be changed by nobody else than root. */
final class Programs {
  private static final int OTHERS_WRITE = 02;
  private static final int GROUP_WRITE = 020;
  private static final int STICKY = 01000;
  private static final int SET_ID = 06000;

  private final Host host;
  private final List<Remark> remarks;

  Programs(Host host, List<Remark> remarks) {
    this.host = host;
    this.remarks = remarks;
  }

  /**
   * Looks at one.
   *
   * @param user as whom it will run; null: that is not known
   */
  void check(String program, Plan.@Nullable User user, Position at) {
    try {
      FileChain chain = FileChain.of(program, host);
      FileChain.Node end = chain.end();
      if (end == null) {
        error(Problem.of("there is no program " + program).at(at));
        return;
      }
      if (end.stat().type() != FileStat.Type.FILE) {
        error(Problem.of(program + " is no file that could be run").at(at));
        return;
      }
      changeable(chain, program, at);
      runnable(end, program, user, at);
      interpreter(end.path(), program, user, at);
    } catch (IOException e) {
      error(
          Problem.of("cannot look at the program " + program)
              .answered(String.valueOf(e.getMessage()))
              .at(at));
    }
  }

  private void changeable(FileChain chain, String program, Position at) {
    for (FileChain.Node node : chain.links()) {
      FileStat stat = node.stat();
      if (stat.type() == FileStat.Type.LINK) {
        continue; // its mode says nothing; the directory's decides (symlink(7))
      }
      boolean anybody = (stat.mode() & OTHERS_WRITE) != 0;
      if (anybody && node.isDirectory() && (stat.mode() & STICKY) != 0) {
        continue;
      }
      String what =
          node.path().equals(program) ? "" : ": " + node.path() + " is on the way to " + program;
      if (anybody) {
        error(
            Problem.of("anybody can change what runs here" + what)
                .remedy("chmod o-w " + node.path() + ".")
                .at(at));
      } else if (stat.uid() != 0) {
        error(
            Problem.of(
                    "uid " + stat.uid() + " owns " + node.path() + " and can change what runs here")
                .remedy("chown root " + node.path() + ".")
                .at(at));
      } else if ((stat.mode() & GROUP_WRITE) != 0 && stat.gid() != 0) {
        remarks.add(
            Remark.hint(
                Problem.of("the group " + stat.gid() + " can change what runs here" + what)
                    .remedy("chmod g-w " + node.path() + ", unless that is meant.")
                    .at(at)));
      }
    }
  }

  private void runnable(FileChain.Node end, String program, Plan.@Nullable User user, Position at) {
    FileStat stat = end.stat();
    int bits = stat.mode();
    boolean may;
    if (user == null) {
      may = (bits & 0111) != 0;
    } else if (user.uid() == stat.uid()) {
      may = (bits & 0100) != 0;
    } else {
      may = (bits & (user.gid() == stat.gid() ? 0010 : 0001)) != 0;
    }
    if (!may) {
      error(
          Problem.of((user == null ? "nobody" : user.name()) + " cannot run " + program)
              .remedy("chmod +x " + end.path() + ", or choose another user.")
              .at(at));
    }
    if ((bits & SET_ID) != 0) {
      remarks.add(
          Remark.hint(
              Problem.of(program + " is set-id, which has no effect in a job")
                  .remedy("Jobs run with no_new_privs: let the step's user be who it must be.")
                  .at(at)));
    }
  }

  /** Of a script, the program of its first line (execve(2), "Interpreter scripts"). */
  private void interpreter(String file, String program, Plan.@Nullable User user, Position at)
      throws IOException {
    byte[] head;
    try {
      head = host.head(file);
    } catch (FileNotFoundException e) {
      return;
    }
    if (head.length < 3 || head[0] != '#' || head[1] != '!') {
      return;
    }
    String text = new String(head, StandardCharsets.ISO_8859_1);
    int end = text.indexOf('\n');
    String line = text.substring(2, end < 0 ? text.length() : end).strip();
    int blank = line.indexOf(' ');
    String interpreter = blank < 0 ? line : line.substring(0, blank);
    if (!interpreter.equals(program)) {
      check(interpreter, user, at);
    }
  }

  private void error(Problem problem) {
    remarks.add(Remark.error(problem));
  }
}
