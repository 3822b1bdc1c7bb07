package brig.launch.service;

import brig.linux.Fd;
import brig.linux.HostFiles;
import brig.linux.LinuxException;
import brig.linux.ProcessStatus;
import brig.linux.Stat;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which processes of a jail there are, and whether the one that was noted is still the same. */
public final class Running {
  private static final String TRACER = "\nTracerPid:";

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
    if (state.keeper() != null) {
      return eldest(members(state));
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
   * outside has it. Of a late jail all that its keeper traces, outside or in.
   */
  public static List<ProcessStatus> members(RunState state) throws LinuxException {
    List<ProcessStatus> members = new ArrayList<>();
    RunState.Keeper keeper = state.keeper();
    if (keeper != null) {
      return kept(keeper);
    }
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

  /** How many of its processes are in the jail. */
  public static int inside(RunState state) throws LinuxException {
    int inside = 0;
    for (ProcessStatus member : members(state)) {
      inside += isInside(member.pid(), state) ? 1 : 0;
    }
    return inside;
  }

  /** The oldest that is root still, as the master of a daemon is; else the oldest. */
  private static @Nullable ProcessStatus eldest(List<ProcessStatus> members) {
    for (ProcessStatus member : members) {
      if (member.uid() == 0) {
        return member;
      }
    }
    return members.isEmpty() ? null : members.getFirst();
  }

  /** None when the keeper is gone: it has taken them along. */
  private static List<ProcessStatus> kept(RunState.Keeper keeper) throws LinuxException {
    List<ProcessStatus> kept = new ArrayList<>();
    ProcessStatus noted = ProcessStatus.of(keeper.pid());
    if (noted == null || noted.ended() || noted.startTime() != keeper.startTime()) {
      return kept;
    }
    Set<Integer> threads = new HashSet<>();
    for (String tid : names("/proc/" + keeper.pid() + "/task")) {
      threads.add(Integer.valueOf(tid));
    }
    for (int pid : ProcessStatus.all()) {
      if (threads.contains(tracer(pid))) {
        ProcessStatus status = ProcessStatus.of(pid);
        if (status != null && !status.ended()) {
          kept.add(status);
        }
      }
    }
    kept.sort(
        Comparator.comparingLong(ProcessStatus::startTime).thenComparingInt(ProcessStatus::pid));
    return kept;
  }

  private static List<String> names(String directory) {
    try (Fd fd = Fd.open(directory, Fd.O_RDONLY | Fd.O_DIRECTORY)) {
      return fd.list();
    } catch (LinuxException e) {
      return List.of(); // it ended just now
    }
  }

  /** The thread that traces a process, as proc_pid_status(5) tells; 0: none. */
  private static int tracer(int pid) {
    try {
      byte[] bytes = HostFiles.readOrNull("/proc/" + pid + "/status");
      String text = bytes == null ? "" : new String(bytes, StandardCharsets.ISO_8859_1);
      int at = text.indexOf(TRACER);
      return at < 0
          ? 0
          : Integer.parseInt(
              text.substring(at + TRACER.length(), text.indexOf('\n', at + 1)).strip());
    } catch (LinuxException e) {
      return 0;
    }
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
   * The process's root is, or lies in, one that was put together in its own mount namespace over
   * that directory (modes "bind" and "self"): it has no inode that anybody else could name. The
   * kernel tells the place by the mounts of the process itself, where Brig put it at the very path
   * that it has on the host; a process that was merely chrooted to the directory has the
   * directory's own inode.
   */
  public static boolean hasMountedRoot(int pid, String root) {
    try {
      String link = "/proc/" + pid + "/root";
      String place = Fd.readLink(link);
      if (!place.equals(root) && !place.startsWith(root + "/")) {
        return false;
      }
      Stat directory = Stat.of(root);
      return directory == null || !hasRoot(pid, directory);
    } catch (LinuxException e) {
      return false;
    }
  }
}
