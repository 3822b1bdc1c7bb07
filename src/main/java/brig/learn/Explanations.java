package brig.learn;

import brig.report.Problem;
import java.util.ArrayList;
import java.util.List;

/** What is to be said of a service that fails and wants no file more. */
final class Explanations {
  private Explanations() {}

  static List<Problem> of(Trial.Outcome outcome, List<Problem> clues) {
    List<Problem> all = new ArrayList<>();
    if (outcome.forked()) {
      all.add(
          Problem.of("the service went into the background: its first process ended with status 0")
              .remedy(
                  "A jailed service must stay in the foreground; give it the option for that"
                      + " (nginx: -g \"daemon off;\", Apache: -DFOREGROUND, named: -f, lighttpd:"
                      + " -D)."));
    }
    if (outcome.workloadFailed()) {
      all.add(
          Problem.of("the workload fails, and the service asked for nothing more that the host has")
              .remedy("Run the workload against the service as it is on the host: does it pass?"));
    }
    all.addAll(clues);
    return all;
  }
}
