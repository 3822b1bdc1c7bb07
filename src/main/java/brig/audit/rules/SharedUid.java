package brig.audit.rules;

import brig.audit.About;
import brig.audit.Findings;
import brig.audit.Inspection;
import brig.audit.JailedProcess;
import brig.audit.Rule;
import brig.audit.Service;
import brig.audit.Severity;
import brig.linux.ProcessStatus;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Processes outside under the uid of those inside. */
final class SharedUid implements Rule {
  static final About ABOUT =
      new About(
          "shared-uid",
          Severity.MEDIUM,
          "a process outside the jail that runs under the service's uid",
          "To the kernel both are one user: without more walls than a chroot, the one inside may"
              + " kill, trace and change the one outside, and through /proc/PID/root or ptrace(2)"
              + " stand where it stands.",
          "Give the jail's service a user of its own.");

  @Override
  public About about() {
    return ABOUT;
  }

  @Override
  public void finish(Inspection jail, Findings out) {
    Set<Integer> uids = new TreeSet<>();
    Service service = jail.subject().service();
    if (!service.assumed()) {
      uids.add(service.uid());
    }
    for (JailedProcess process : jail.processes()) {
      uids.add(process.uid());
    }
    uids.remove(0); // root-process tells that
    Map<String, TreeSet<Integer>> byProgram = new TreeMap<>();
    for (ProcessStatus other : jail.others()) {
      if (uids.contains(other.uid())) {
        String key = other.name() + ", which runs outside as uid " + other.uid();
        byProgram.computeIfAbsent(key, _ -> new TreeSet<>()).add(other.pid());
      }
    }
    byProgram.forEach(
        (program, pids) -> {
          String first = pids.size() == 1 ? "process " : pids.size() + " processes, the first ";
          out.add(ABOUT, "/", "is shared with " + program + ": " + first + pids.first());
        });
  }
}
