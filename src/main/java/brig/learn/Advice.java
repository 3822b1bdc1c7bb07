package brig.learn;

import brig.plan.Entry;
import brig.plan.Plan;
import brig.spec.LockFile.Run;
import brig.trace.Access;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What to exercise more: only what was used was learned. */
final class Advice {
  private static final int MOST_NAMES = 5;

  private Advice() {}

  static List<String> of(Plan plan, List<Asked> asked, Run run) {
    List<String> advice = of(run);
    idle(plan, asked, advice);
    return advice;
  }

  /** By how it was asked alone. */
  static List<String> of(Run run) {
    List<String> advice = new ArrayList<>();
    if (run.probe() == null) {
      advice.add(
          "There was no probe: that the service started is all that is known. Give one with"
              + " --probe.");
    }
    if (run.workload().isEmpty()) {
      advice.add(
          "There was no workload: what the probe does not use was not learned. Give a command after"
              + " -- that uses all that the service offers.");
    }
    return advice;
  }

  private static void idle(Plan plan, List<Asked> asked, List<String> advice) {
    Set<String> executed = new TreeSet<>();
    Inside inside = new Inside(plan);
    for (Asked one : asked) {
      executed.add(inside.real(one.by()));
      if (one.access() == Access.EXECUTE && one.got()) {
        executed.add(inside.real(one.path()));
      }
    }
    List<String> idle = new ArrayList<>();
    for (Entry entry : plan.entries()) {
      if (entry instanceof Entry.File file
          && (file.stat().mode() & 0111) != 0
          && isProgram(file.path())
          && !executed.contains(file.path())) {
        idle.add(file.path());
      }
    }
    if (!idle.isEmpty()) {
      advice.add("Programs in the jail that never ran: " + names(idle) + ".");
    }
  }

  private static boolean isProgram(String path) {
    String parent = Outside.parent(path);
    return parent.endsWith("/bin") || parent.endsWith("/sbin") || parent.endsWith("/libexec");
  }

  private static String names(List<String> paths) {
    int more = paths.size() - MOST_NAMES;
    return more > 0
        ? String.join(", ", paths.subList(0, MOST_NAMES)) + " and " + more + " more"
        : String.join(", ", paths);
  }
}
