package brig.trace;

import brig.linux.Errno;
import brig.linux.LinuxException;
import brig.linux.ProcessStatus;
import brig.linux.Ptrace;
import brig.linux.Ptrace.AtMyEnd;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** How processes become tracees: PTRACE_SEIZE of ptrace(2), which does not stop them. */
final class Seizure {
  private final Follower follower;
  private final Tracees tracees;

  Seizure(Follower follower, Tracees tracees) {
    this.follower = follower;
    this.tracees = tracees;
  }

  /** A program at its gate, which goes on when it is told. */
  void atGate(Ptrace ptrace, int pid, boolean filtered) throws LinuxException {
    ptrace.seize(pid, filtered ? Ptrace.Filter.OURS : Ptrace.Filter.NONE, AtMyEnd.KILLED);
    Tracee tracee = new Tracee(pid, pid, Places.program(pid), !filtered);
    tracee.killedAtEnd = true;
    tracee.atGate = true;
    tracees.add(tracee);
    if (!filtered) {
      ptrace.interrupt(pid); // only a tracee that has stopped can be told to stop at calls
    }
  }

  /** A process with all of its family, as it runs; whose members were seized. */
  List<Integer> attach(Ptrace ptrace, int pid) throws LinuxException {
    int process = Threads.process(pid);
    Set<Integer> attached = new LinkedHashSet<>();
    boolean more = true;
    // Those that are not traced yet may start others while this goes on.
    while (more) {
      more = false;
      for (int member : Threads.family(process)) {
        for (int tid : Threads.of(member)) {
          if (!tracees.contains(tid) && seizeRunning(ptrace, tid, member, attached.isEmpty())) {
            more = true;
            if (attached.add(member)) {
              follower.began(member, Places.program(member));
            }
          }
        }
      }
    }
    if (attached.isEmpty()) {
      throw new LinuxException("ptrace PTRACE_SEIZE", "/proc/" + pid, Errno.ESRCH);
    }
    return List.copyOf(attached);
  }

  private boolean seizeRunning(Ptrace ptrace, int tid, int pid, boolean first)
      throws LinuxException {
    try {
      ptrace.seize(tid, Ptrace.Filter.NONE, AtMyEnd.LIVES_ON);
    } catch (LinuxException e) {
      if (e.errno() == Errno.ESRCH || Threads.tracer(tid) == ProcessStatus.self()) {
        return false; // gone, or the child of a tracee
      }
      if (first) {
        throw e;
      }
      follower.noted("process " + pid + " is not followed: " + e.errno().text());
      return false;
    }
    tracees.add(new Tracee(tid, pid, Places.program(tid), true));
    ptrace.interrupt(tid);
    return true;
  }
}
