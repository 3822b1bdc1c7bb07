package brig.launch.service;

import brig.linux.LinuxException;
import brig.linux.ProcessStatus;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Processes of a daemon that goes into its jail while it runs, which are not root any more and are
 * not in it. Brig lets none be at the start; a daemon of mode "self" could be told by its
 * configuration to stay outside later, at a reload.
 */
public final class Strays {
  private Strays() {}

  /**
   * Those that there are now.
   *
   * @param site where a daemon of mode "self" goes; null: it is taken in by its keeper
   */
  public static List<ProcessStatus> of(RunState state, @Nullable String site)
      throws LinuxException {
    if (site != null) {
      return new SelfProof(state, site).strays();
    }
    List<ProcessStatus> strays = new ArrayList<>();
    for (ProcessStatus member : Running.members(state)) {
      if (member.uid() != 0 && !Running.isInside(member.pid(), state)) {
        ProcessStatus now = ProcessStatus.of(member.pid());
        if (now != null && !now.ended()) {
          strays.add(now);
        }
      }
    }
    return strays;
  }
}
