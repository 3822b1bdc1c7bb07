package brig.hole.run;

import brig.hole.job.Hole;
import brig.hole.job.Job;
import brig.hole.job.Step;
import brig.report.Problem;
import java.util.ArrayList;
import java.util.List;

/** Whether the users that steps name are there, and may be: asked when a hole is read. */
public final class StepUsers {
  private StepUsers() {}

  /** What is wrong with them, each with its place. */
  public static List<Problem> unknown(Hole hole, HostUsers users) {
    List<Problem> problems = new ArrayList<>();
    for (Job job : hole.jobs().values()) {
      for (Step step : job.steps()) {
        if (step.user() instanceof Step.RunAs.Fixed fixed) {
          String name = fixed.user().value();
          HostUsers.HostUser user = users.find(name);
          if (user == null) {
            problems.add(
                Problem.of("a program is to run as '" + name + "', and there is no such user")
                    .remedy("useradd --system " + name + " makes one.")
                    .at(fixed.user().at()));
          } else if (user.uid() == 0 || user.gid() == 0) {
            problems.add(
                Problem.of("a program of a hole never runs as root or in root's group")
                    .remedy("Make a user for it: useradd --system NAME.")
                    .at(fixed.user().at()));
          }
        }
      }
    }
    return problems;
  }
}
