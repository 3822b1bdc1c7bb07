package brig.cli.demo;

import brig.cli.command.Context;
import brig.launch.service.RunState;
import brig.launch.service.Running;
import brig.linux.LinuxException;
import brig.linux.ProcessStatus;
import brig.linux.Stat;
import brig.plan.FileStat;
import brig.report.BrigException;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;

/** What the kernel says of the demo's processes, and what they can see of the host. */
final class DemoProof {
  private static final List<String> OUTSIDE =
      List.of("/etc/hostname", "/etc/ssh", "/root", "/home");

  private DemoProof() {}

  /** Whether all of it is as it should be. */
  static boolean show(RunState state, Context context) throws BrigException, IOException {
    PrintStream out = context.out();
    boolean holds = true;
    for (ProcessStatus process : Running.members(state)) {
      boolean inside = Running.isInside(process.pid(), state);
      out.println(
          "process "
              + process.pid()
              + " ("
              + process.name()
              + "): uid "
              + process.uid()
              + ", capabilities "
              + Long.toHexString(process.capabilities())
              + ", no_new_privs "
              + (process.noNewPrivs() ? 1 : 0)
              + ", seccomp "
              + process.seccomp()
              + ", root "
              + (inside ? "is the jail" : "is NOT the jail"));
      holds &=
          inside
              && process.uid() == state.uid()
              && process.capabilities() == 0
              && process.noNewPrivs()
              && process.seccomp() == 2;
    }
    out.println("/proc/" + state.pid() + "/root and " + state.root() + ": the same inode");
    holds &= showAbsent(state.pid(), context);
    showTries(context);
    return holds;
  }

  private static boolean showAbsent(int pid, Context context) throws LinuxException {
    boolean holds = true;
    for (String path : OUTSIDE) {
      if (Stat.of(path) != null) {
        boolean there = Stat.of("/proc/" + pid + "/root" + path) != null;
        context.out().println(path + ": on the host; in the jail " + (there ? "TOO" : "absent"));
        holds &= !there;
      }
    }
    return holds;
  }

  /** From the inside, as the service's user and confined as it is, with a busybox lent to it. */
  private static void showTries(Context context) throws IOException {
    FileStat busybox = context.host().lstat("/bin/busybox");
    if (busybox == null) {
      return;
    }
    for (List<String> attempt :
        List.of(
            List.of("cat", "/etc/hostname"),
            List.of("ls", "/home", "/proc/1/root"),
            List.of("touch", "/etc/passwd"))) {
      context.out().println("in the jail: " + String.join(" ", attempt));
      context.out().flush();
      List<String> line =
          new java.util.ArrayList<>(List.of("shell", "demo", "--with-busybox", "--"));
      line.addAll(attempt);
      context.run(line.toArray(new String[0]));
    }
  }
}
