package brig.web.parent;

import brig.linux.Capability;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Stat;
import brig.linux.ThreadStatus;
import brig.report.BrigException;
import brig.report.ExitCode;
import brig.report.Problem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads a worker back from outside, when it says that it has gone in: its root, and of each of its
 * threads user, groups, capabilities, no_new_privs and filters. Until it has passed it accepts
 * nothing.
 */
final class Inspection {
  /** The launcher's gate and filter, and the one that it put up itself when it was in. */
  private static final int FILTERS = 3;

  private final Set<String> differences = new LinkedHashSet<>();

  private Inspection() {}

  static void of(int pid, Account account, HostPlace jail) throws BrigException, LinuxException {
    Inspection inspection = new Inspection();
    inspection.root(pid, jail);
    List<String> threads;
    try (Fd tasks = Fd.open("/proc/" + pid + "/task", Fd.O_RDONLY | Fd.O_DIRECTORY)) {
      threads = tasks.list();
    }
    for (String tid : threads) {
      inspection.thread(pid, Integer.parseInt(tid), account);
    }
    if (!inspection.differences.isEmpty()) {
      List<Problem> problems = new ArrayList<>();
      for (String difference : inspection.differences) {
        problems.add(
            Problem.of("the worker is not let in: " + difference)
                .remedy("The kernel did not do what it said; nothing is served."));
      }
      throw new BrigException(ExitCode.REFUSED, problems);
    }
  }

  private void root(int pid, HostPlace jail) throws LinuxException {
    for (String what : List.of("root", "cwd")) {
      Stat stat = Stat.of("/proc/" + pid + "/" + what);
      if (stat == null || stat.device() != jail.device() || stat.inode() != jail.inode()) {
        differences.add("its " + what + " is not " + jail.path());
      }
    }
  }

  private void thread(int pid, int tid, Account account) throws LinuxException {
    ThreadStatus status;
    try (Fd file = ThreadStatus.open(pid, tid)) {
      status = ThreadStatus.read(file);
    } catch (LinuxException e) {
      return; // it has ended
    }
    expect("the user", status.uids(), same(account.uid()));
    expect("the group", status.gids(), same(account.gid()));
    expect("the list of groups", new HashSet<>(status.groups()), new HashSet<>(account.groups()));
    long all =
        status.inheritable()
            | status.permitted()
            | status.effective()
            | status.bounding()
            | status.ambient();
    expect("the capabilities", Capability.names(all), Capability.names(0));
    expect("no_new_privs", status.noNewPrivileges(), true);
    expect("the seccomp mode", status.seccomp(), 2);
    expect("the number of seccomp filters", status.filters(), FILTERS);
  }

  private void expect(String what, Object found, Object wanted) {
    if (!found.equals(wanted)) {
      differences.add(what + " of a thread is " + found + " instead of " + wanted);
    }
  }

  private static List<Integer> same(int id) {
    return List.of(id, id, id, id);
  }
}
