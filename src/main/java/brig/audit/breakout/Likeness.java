package brig.audit.breakout;

import brig.launch.service.RunState;
import brig.launch.service.Running;
import brig.linux.Capability;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.ProcessStatus;
import brig.linux.ThreadStatus;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The process that tried, beside one of the service that runs, as /proc tells of both.
 *
 * @param pid of the service's process
 * @param differences what is otherwise; none: the two are confined alike
 */
public record Likeness(int pid, List<String> differences) {
  /** Compares with a process of the service that has the same user; null when none runs. */
  public static @Nullable Likeness with(@Nullable RunState service, Facts facts)
      throws LinuxException {
    if (service == null || Running.find(service) == null) {
      return null;
    }
    for (ProcessStatus member : Running.members(service)) {
      if (member.uid() == facts.uid()) {
        try {
          return compare(member.pid(), facts);
        } catch (LinuxException e) {
          // It ended just now: the next one.
        }
      }
    }
    return null;
  }

  private static Likeness compare(int pid, Facts facts) throws LinuxException {
    List<String> differences = new ArrayList<>();
    ThreadStatus theirs;
    try (Fd file = ThreadStatus.open(pid)) {
      theirs = ThreadStatus.read(file);
    }
    ThreadStatus ours = facts.status();
    same("uids", ours.uids(), theirs.uids(), differences);
    same("gids", ours.gids(), theirs.gids(), differences);
    same("groups", ours.groups(), theirs.groups(), differences);
    set("inheritable", ours.inheritable(), theirs.inheritable(), differences);
    set("permitted", ours.permitted(), theirs.permitted(), differences);
    set("effective", ours.effective(), theirs.effective(), differences);
    set("bounding", ours.bounding(), theirs.bounding(), differences);
    set("ambient", ours.ambient(), theirs.ambient(), differences);
    same("no_new_privs", ours.noNewPrivileges(), theirs.noNewPrivileges(), differences);
    same("seccomp", ours.seccomp(), theirs.seccomp(), differences);
    same("root", facts.root(), Fd.readLink("/proc/" + pid + "/root"), differences);
    same("namespaces", facts.ownNamespaces(), Facts.ownNamespaces(pid), differences);
    return new Likeness(pid, differences);
  }

  private static void set(String what, long ours, long theirs, List<String> differences) {
    same(what, Capability.names(ours), Capability.names(theirs), differences);
  }

  private static void same(String what, Object ours, Object theirs, List<String> differences) {
    if (!ours.equals(theirs)) {
      differences.add(what + " " + ours + ", the service's " + theirs);
    }
  }
}
