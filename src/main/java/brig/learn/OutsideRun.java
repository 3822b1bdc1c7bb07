package brig.learn;

import brig.plan.Entry;
import brig.plan.Plan;
import brig.report.BrigException;
import brig.spec.JailSpec;
import brig.spec.LockFile.Run;
import brig.trace.TracedProgram;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Starts the service on the host, as it would be without a jail, and takes what it uses there: a
 * beginning for the lock file, as one who jails by hand begins with a trace.
 */
public final class OutsideRun {
  private final Course course;
  private final JailSpec spec;
  private final Run run;

  public OutsideRun(Course course, JailSpec spec) {
    this.course = course;
    this.spec = spec;
    this.run = course.run(true);
  }

  /** Does it; the lock file gets what was used, and the jail is built with it. */
  public Lesson learn(Trial.Task task) throws BrigException, IOException {
    Plan plan = course.bench().plan(spec);
    Outside outside = new Outside(course.host(), spec);
    Inside inside = new Inside(plan);
    Secrets secrets = new Secrets(outside, plan, spec.identity().startAsRoot());
    Watch watch = new Watch();
    Trial.Outcome outcome;
    try (TracedService service = TracedService.unjailed(program(plan), watch)) {
      outcome = course.trial(task, watch).run(service, () -> false);
    }
    Verdict verdict =
        new Judge(course.hearing(spec, run, outside, secrets), inside)
            .of(watch.asked(), true, Zeal.WISHES, List.of());
    List<Addition> found =
        course.sort(spec, run, outcome.passed() ? verdict : verdict.withoutAdditions());
    if (!found.isEmpty()) {
      course.take(spec, run, found);
      course.bench().build(course.lock());
    }
    return new Lesson(
        outcome.passed(),
        outcome.failure(),
        Explanations.of(outcome, List.of()),
        List.of(),
        outcome.words(),
        1,
        course.additions(),
        course.refused(),
        List.of(),
        0,
        outcome.passed()
            ? List.of("Now let it be learned in the jail: brig learn " + spec.name() + ".")
            : List.of(),
        course.lock());
  }

  /** As a jail would start it, but for the jail. */
  private TracedProgram program(Plan plan) {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    for (Plan.User user : plan.users()) {
      if (user.uid() == plan.service().uid()) {
        environment.put("HOME", user.home());
      }
    }
    environment.putAll(spec.environment());
    Plan.ServiceIds ids = plan.service();
    TracedProgram.Identity identity =
        spec.identity().startAsRoot()
            ? null
            : new TracedProgram.Identity(ids.uid(), ids.gid(), ids.groups());
    List<String> argv = spec.command().argv().value();
    return new TracedProgram(source(plan), argv, environment, identity);
  }

  /** The program where it is on the host. */
  private String source(Plan plan) {
    String program = new Inside(plan).real(spec.command().program());
    return plan.entry(program) instanceof Entry.File file
        ? file.source()
        : spec.command().program();
  }
}
