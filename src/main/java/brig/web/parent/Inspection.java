package brig.web.parent;

import brig.launch.jvm.HostPlace;
import brig.launch.jvm.ThreadsReadBack;
import brig.linux.LinuxException;
import brig.linux.Stat;
import brig.report.BrigException;
import brig.report.ExitCode;
import brig.report.Problem;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads a worker back from outside, when it says that it has gone in: its root, and each of its
 * threads. Until it has passed it accepts nothing.
 */
final class Inspection {
  private Inspection() {}

  /**
   * Looks.
   *
   * @param filters of system calls that it was started with; it put up one more when it was in
   */
  static void of(int pid, Account account, HostPlace jail, int filters)
      throws BrigException, LinuxException {
    Set<String> differences = new LinkedHashSet<>();
    for (String what : List.of("root", "cwd")) {
      Stat stat = Stat.of("/proc/" + pid + "/" + what);
      if (stat == null || stat.device() != jail.device() || stat.inode() != jail.inode()) {
        differences.add("its " + what + " is not " + jail.path());
      }
    }
    differences.addAll(
        ThreadsReadBack.differences(
            pid, account.uid(), account.gid(), account.groups(), filters + 1));
    if (!differences.isEmpty()) {
      List<Problem> problems = new ArrayList<>();
      for (String difference : differences) {
        problems.add(
            Problem.of("the worker is not let in: " + difference)
                .remedy("The kernel did not do what it said; nothing is served."));
      }
      throw new BrigException(ExitCode.REFUSED, problems);
    }
  }
}
