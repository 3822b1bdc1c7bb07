package brig.launch.service;

import brig.linux.Fd;
import brig.linux.HostFiles;
import brig.linux.LinuxException;
import brig.linux.ProcessStatus;
import brig.linux.Stat;
import brig.report.BrigException;
import brig.tree.JailPaths;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a jail is doing.
 *
 * @param current the generation that a start would take; 0 when it was never built
 * @param process the service's first process; null unless it runs
 * @param noted what was noted at its start; null when it is stopped
 * @param memoryKib of all of its processes, shared pages counted in part
 * @param rootHolds the root of its process is the jail's, as /proc/PID/root says
 * @param strays processes that should be in the jail and are not; of modes "late" and "self"
 */
public record JailStatus(
    String name,
    State state,
    int current,
    @Nullable RunState noted,
    @Nullable ProcessStatus process,
    List<String> listening,
    long memoryKib,
    boolean rootHolds,
    List<ProcessStatus> strays) {

  public enum State {
    RUNNING,
    STOPPED,
    /** It was started, nobody stopped it, and it is gone. */
    DEAD,
    /** There is a jailfile, but no jail yet. */
    UNBUILT;

    public String word() {
      return switch (this) {
        case RUNNING -> "running";
        case STOPPED -> "stopped";
        case DEAD -> "dead";
        case UNBUILT -> "not built";
      };
    }
  }

  public static JailStatus of(String name, JailPaths paths) throws IOException, BrigException {
    return of(name, paths, true, null);
  }

  /**
   * The same for a jail that may be none that is built.
   *
   * @param built it is started from a generation
   * @param site where a daemon of mode "self" goes; null for any other
   */
  public static JailStatus of(String name, JailPaths paths, boolean built, @Nullable String site)
      throws IOException, BrigException {
    int current = currentGeneration(name, paths);
    RunState noted = RunState.read(paths.state(name));
    ProcessStatus process = noted == null ? null : Running.find(noted);
    if (noted == null || process == null) {
      // A state of before the last boot is no death: the machine went down.
      boolean dead = noted != null && noted.bootId().equals(RunState.currentBoot());
      State state = dead ? State.DEAD : built && current == 0 ? State.UNBUILT : State.STOPPED;
      return new JailStatus(name, state, current, noted, null, List.of(), 0, false, List.of());
    }
    long memory = 0;
    for (ProcessStatus member : Running.members(noted)) {
      memory += memoryKib(member);
    }
    boolean enters = noted.keeper() != null || site != null;
    List<ProcessStatus> strays = enters ? Strays.of(noted, site) : List.of();
    return new JailStatus(
        name,
        State.RUNNING,
        current,
        noted,
        process,
        Listening.ofTree(process.pid()),
        memory,
        noted.keeper() == null
            ? Running.isInside(process.pid(), noted) && strays.isEmpty()
            : strays.isEmpty(),
        strays);
  }

  /** The number that the link {@code current} leads to; 0 when there is none. */
  public static int currentGeneration(String name, JailPaths paths) throws LinuxException {
    Stat link = Stat.ofLink(paths.current(name));
    if (link == null || !link.isLink()) {
      return 0;
    }
    String target = Fd.readLink(paths.current(name));
    try {
      return Integer.parseInt(target.substring(target.lastIndexOf('/') + 1));
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  // proc_pid_smaps(5): the proportional share, so that what workers share counts once.
  private static long memoryKib(ProcessStatus process) {
    byte[] bytes;
    try {
      bytes = HostFiles.readOrNull("/proc/" + process.pid() + "/smaps_rollup");
    } catch (LinuxException e) {
      bytes = null; // another user's process
    }
    String text = bytes == null ? "" : new String(bytes, StandardCharsets.ISO_8859_1);
    int at = text.indexOf("\nPss:");
    int end = at < 0 ? -1 : text.indexOf(" kB", at);
    return end < 0 ? process.residentKib() : Long.parseLong(text.substring(at + 5, end).strip());
  }
}
