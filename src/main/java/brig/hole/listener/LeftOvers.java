package brig.hole.listener;

import brig.hole.log.RunningFile;
import brig.linux.LinuxException;
import brig.linux.Pidfd;
import brig.linux.ProcessStatus;
import brig.linux.Signal;

/**
 * What a listener that was killed has left running where there are no cgroups: the first process of
 * each step, told from any other by when it started, and its session's first group. Steps die with
 * the listener in any case; this is for what they have started.
 */
final class LeftOvers {
  private LeftOvers() {}

  static void end(RunningFile.Interrupted left) throws LinuxException {
    if (left.pid() <= 1) {
      return;
    }
    try (Pidfd process = Pidfd.open(left.pid())) {
      ProcessStatus status = process == null ? null : ProcessStatus.of(left.pid());
      if (process != null && status != null && status.startTime() == left.startTime()) {
        process.signalGroup(Signal.SIGKILL);
        process.signal(Signal.SIGKILL);
      }
    }
  }
}
