package brig.hole.listener;

import brig.hole.log.RunningFile;
import brig.linux.LinuxException;
import brig.linux.Pidfd;
import brig.linux.ProcessStatus;
import brig.linux.Signal;
import java.util.ArrayList;
import java.util.List;

/**
 * What a listener that was killed has left running where there are neither cgroups nor namespaces:
 * the session of each step. Its first process dies with the listener in any case; this is for what
 * it has started. A session's number is not given to another process while somebody is in it
 * (setsid(2)), so that it leads to no others; and nothing of a step could make another session.
 */
final class LeftOvers {
  private LeftOvers() {}

  static void end(RunningFile.Interrupted left) throws LinuxException {
    if (left.pid() <= 1) {
      return;
    }
    ProcessStatus first = ProcessStatus.of(left.pid());
    if (first != null && first.startTime() != left.startTime()) {
      return; // the number is another's by now, so the session had ended
    }
    List<Integer> alive;
    do {
      alive = inSession(left.pid());
      for (int pid : alive) {
        try (Pidfd process = Pidfd.open(pid)) {
          // It is still that one, not another that was given its number since.
          if (process != null && ProcessStatus.session(pid) == left.pid()) {
            process.signal(Signal.SIGKILL);
          }
        }
      }
    } while (!alive.isEmpty());
  }

  private static List<Integer> inSession(int session) throws LinuxException {
    List<Integer> found = new ArrayList<>();
    for (int pid : ProcessStatus.all()) {
      if (ProcessStatus.session(pid) == session) {
        found.add(pid);
      }
    }
    return found;
  }
}
