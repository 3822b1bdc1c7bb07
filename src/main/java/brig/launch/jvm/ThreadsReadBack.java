package brig.launch.jvm;

import brig.linux.Capability;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.ThreadStatus;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads a process back from outside, when it says that it has gone in: of each of its threads user,
 * groups, capabilities, no_new_privs and filters.
 */
public final class ThreadsReadBack {
  private final Set<String> differences = new LinkedHashSet<>();

  private ThreadsReadBack() {}

  /**
   * Does it.
   *
   * @param groups beside {@code gid}
   * @param filters of system calls, as many as have been put up
   * @return what is otherwise; empty: nothing
   */
  public static Set<String> differences(
      int pid, int uid, int gid, List<Integer> groups, int filters) throws LinuxException {
    ThreadsReadBack back = new ThreadsReadBack();
    List<String> threads;
    try (Fd tasks = Fd.open("/proc/" + pid + "/task", Fd.O_RDONLY | Fd.O_DIRECTORY)) {
      threads = tasks.list();
    }
    for (String tid : threads) {
      ThreadStatus status;
      try (Fd file = ThreadStatus.open(pid, Integer.parseInt(tid))) {
        status = ThreadStatus.read(file);
      } catch (LinuxException e) {
        continue; // it has ended
      }
      back.compare(status, uid, gid, groups, filters);
    }
    return back.differences;
  }

  private void compare(ThreadStatus status, int uid, int gid, List<Integer> groups, int filters) {
    expect("the user", status.uids(), same(uid));
    expect("the group", status.gids(), same(gid));
    expect("the list of groups", new HashSet<>(status.groups()), new HashSet<>(groups));
    long all =
        status.inheritable()
            | status.permitted()
            | status.effective()
            | status.bounding()
            | status.ambient();
    expect("the capabilities", Capability.names(all), Capability.names(0));
    expect("no_new_privs", status.noNewPrivileges(), true);
    expect("the seccomp mode", status.seccomp(), 2);
    expect("the number of seccomp filters", status.filters(), filters);
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
