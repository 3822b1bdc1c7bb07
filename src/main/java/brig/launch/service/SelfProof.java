package brig.launch.service;

import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Pidfd;
import brig.linux.ProcessStatus;
import brig.linux.Signal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether the processes of a daemon that is to chroot itself really did: asked of the kernel, for
 * each of them. Who runs as the service's user must be in the site; who is root may be outside.
 *
 * @param site the directory that they go into, as the host names it
 */
public record SelfProof(RunState state, String site) {
  private static final long STEP_MILLIS = 20;

  /** A process that is seen twice at such a distance is not merely on its way. */
  private static final long GRACE_MILLIS = 200;

  /** Those that are in it. */
  public List<ProcessStatus> inside() throws LinuxException {
    return select(true);
  }

  /** Those that run as the service's user and are not in it. */
  public List<ProcessStatus> strays() throws LinuxException {
    return select(false);
  }

  private List<ProcessStatus> select(boolean wanted) throws LinuxException {
    List<ProcessStatus> found = new ArrayList<>();
    for (ProcessStatus member : Running.members(state)) {
      if (wanted ? isInside(member.pid()) : isStray(member)) {
        found.add(member);
      }
    }
    return found;
  }

  private boolean isStray(ProcessStatus member) throws LinuxException {
    if (member.uid() != state.uid() || isInside(member.pid())) {
      return false;
    }
    ProcessStatus now = ProcessStatus.of(member.pid());
    return now != null && !now.ended();
  }

  private boolean isInside(int pid) {
    try {
      // The kernel tells the place by the process's own mounts, where the host's paths lie below
      // the root that the daemon was started in.
      String root = Fd.readLink("/proc/" + pid + "/root");
      String place = state.root() + site;
      return root.equals(place) || root.startsWith(place + "/");
    } catch (LinuxException e) {
      return false; // it has ended
    }
  }

  /**
   * Waits until a process runs as the service's user, in the site.
   *
   * @param first the daemon's first process; when it ends before, that is for others to tell
   * @return what is wrong; null when nothing is
   */
  public @Nullable String await(Pidfd first, long millis) throws LinuxException {
    long end = System.nanoTime() + millis * 1_000_000;
    while (!first.awaitEnd(STEP_MILLIS)) {
      String stray = stray(first);
      if (stray != null) {
        return stray;
      }
      for (ProcessStatus process : inside()) {
        if (process.uid() == state.uid()) {
          return null;
        }
      }
      if (System.nanoTime() - end > 0) {
        return "none of its processes ran as uid "
            + state.uid()
            + " in "
            + site
            + " within "
            + millis / 1000
            + " s; "
            + told();
      }
    }
    return null;
  }

  private @Nullable String stray(Pidfd first) throws LinuxException {
    List<ProcessStatus> before = strays();
    if (before.isEmpty() || first.awaitEnd(GRACE_MILLIS)) {
      return null;
    }
    for (ProcessStatus again : strays()) {
      for (ProcessStatus stray : before) {
        if (again.pid() == stray.pid() && again.startTime() == stray.startTime()) {
          return "process "
              + stray.pid()
              + " ("
              + stray.name()
              + ") runs as uid "
              + stray.uid()
              + " outside of "
              + site;
        }
      }
    }
    return null;
  }

  private String told() throws LinuxException {
    StringBuilder text = new StringBuilder();
    for (ProcessStatus process : Running.members(state)) {
      text.append(text.isEmpty() ? "" : ", ").append("process ").append(process.pid());
      text.append(" (").append(process.name()).append(") is uid ").append(process.uid());
      text.append(isInside(process.pid()) ? ", inside" : ", outside");
    }
    return text.toString();
  }

  /** Ends all of it. */
  public void kill() throws LinuxException {
    for (ProcessStatus member : Running.members(state)) {
      try (Pidfd process = Pidfd.open(member.pid())) {
        if (process != null) {
          process.signal(Signal.SIGKILL);
        }
      }
    }
  }
}
