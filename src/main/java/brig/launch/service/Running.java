package brig.launch.service;

import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.ProcessStatus;
import brig.linux.Stat;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which processes of a jail there are, and whether the one that was noted is still the same. */
public final class Running {
  private Running() {}

  /**
   * The service's first process; null when it has ended, was replaced by another of the same
   * number, or is of another boot. A service that went into the background without a pid namespace
   * of its own is found by its root.
   */
  public static @Nullable ProcessStatus find(RunState state) throws LinuxException {
    if (!state.bootId().equals(RunState.currentBoot())) {
      return null;
    }
    ProcessStatus noted = ProcessStatus.of(state.pid());
    if (noted != null && !noted.ended() && noted.startTime() == state.startTime()) {
      return noted;
    }
    if (state.pidNamespace() != 0) {
      return null; // its first process takes all others of the namespace along
    }
    List<ProcessStatus> left = members(state);
    return left.isEmpty() ? null : left.getFirst();
  }

  /**
   * Every process whose root is the service's and that is not in a pid namespace of its own, such
   * as a shell session's; the oldest first. A jailed process cannot leave its root, and nothing
   * outside has it.
   */
  public static List<ProcessStatus> members(RunState state) throws LinuxException {
    List<ProcessStatus> members = new ArrayList<>();
    // Were it our own root, every process of the host would be a member, to be killed by a stop.
    if (isInside(ProcessStatus.self(), state)) {
      return members;
    }
    long namespace =
        state.pidNamespace() == 0
            ? ProcessStatus.namespace(ProcessStatus.self(), "pid")
            : state.pidNamespace();
    for (int pid : ProcessStatus.all()) {
      if (isInside(pid, state) && ProcessStatus.namespace(pid, "pid") == namespace) {
        ProcessStatus status = ProcessStatus.of(pid);
        if (status != null && !status.ended()) {
          members.add(status);
        }
      }
    }
    members.sort((a, b) -> Long.compare(a.startTime(), b.startTime()));
    return members;
  }

  /** Whether the process's root is the service's. */
  public static boolean isInside(int pid, RunState state) throws LinuxException {
    if (state.mounted()) {
      return hasMountedRoot(pid, state.root());
    }
    Stat root = Stat.of(state.root());
    return root != null && hasRoot(pid, root);
  }

  /** The process's root is that directory: the very inode, whatever path leads there. */
  public static boolean hasRoot(int pid, Stat root) {
    try {
      Stat actual = Stat.of("/proc/" + pid + "/root");
      return actual != null && actual.inode() == root.inode() && actual.device() == root.device();
    } catch (LinuxException e) {
      // EACCES of another user's process, or it ended just now: not known to be in the jail.
      return false;
    }
  }

  /**
   * The process's root is one that was put together in its own mount namespace over that directory
   * (mode "bind"): it has no inode that anybody else could name. The kernel tells the place by the
   * mounts of the process itself, where Brig put it at the very path that it has on the host; a
   * process that was merely chrooted to the directory has the directory's own inode.
   */
  public static boolean hasMountedRoot(int pid, String root) {
    try {
      String link = "/proc/" + pid + "/root";
      if (!Fd.readLink(link).equals(root)) {
        return false;
      }
      Stat directory = Stat.of(root);
      return directory == null || !hasRoot(pid, directory);
    } catch (LinuxException e) {
      return false;
    }
  }
}
