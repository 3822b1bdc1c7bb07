package brig.cli.service;

import brig.cli.jail.ReadyJail;
import brig.launch.service.RunState;
import brig.linux.LinuxException;
import brig.linux.ProcessStatus;
import java.util.List;

/** What is noted of a service that was started from a built jail. */
public final class Noted {
  private Noted() {}

  /**
   * Of the process as it is now.
   *
   * @param detached nobody of Brig's looks after it
   * @param extra what was added to its command
   */
  public static RunState state(ReadyJail jail, int pid, boolean detached, List<String> extra)
      throws LinuxException {
    ProcessStatus process = ProcessStatus.of(pid);
    boolean ownNamespace = jail.spec().namespaces().pid();
    return new RunState(
        pid,
        process == null ? 0 : process.startTime(),
        RunState.currentBoot(),
        jail.generation(),
        System.currentTimeMillis() / 1000,
        ownNamespace ? ProcessStatus.namespace(pid, "pid") : 0,
        jail.root(),
        jail.facts().service().uid(),
        jail.spec().command().stopSignal(),
        jail.spec().command().stopTimeout().toMillis(),
        detached,
        jail.mounted() != null,
        null,
        extra);
  }
}
