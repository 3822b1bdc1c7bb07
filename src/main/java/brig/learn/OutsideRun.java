package brig.learn;

import brig.plan.Entry;
import brig.plan.Host;
import brig.plan.Plan;
import brig.report.BrigException;
import brig.report.Problem;
import brig.spec.JailSpec;
import brig.spec.LockFile;
import brig.spec.LockFile.Run;
import brig.trace.TracedProgram;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Starts the service on the host, as it would be without a jail, and takes what it uses there: a
 * beginning for the lock file, as one who jails by hand begins with a trace.
 */
public final class OutsideRun {
  private final Workbench bench;
  private final Host host;
  private final JailSpec spec;
  private final Run run;
  private final Person person;
  private final BooleanSupplier interrupted;

  public OutsideRun(
      Workbench bench,
      Host host,
      JailSpec spec,
      @Nullable Probe probe,
      List<String> workload,
      Person person,
      BooleanSupplier interrupted) {
    this.bench = bench;
    this.host = host;
    this.spec = spec;
    this.person = person;
    this.interrupted = interrupted;
    this.run =
        new Run(
            LockFileGrowth.nextRun(spec.learned()),
            true,
            probe == null ? null : probe.text(),
            workload);
  }

  /** Does it; the lock file gets what was used, and the jail is built with it. */
  public Lesson learn(Trial.Task task) throws BrigException, IOException {
    Plan plan = bench.plan(spec);
    Outside outside = new Outside(host, spec);
    Watch watch = new Watch();
    Trial.Outcome outcome;
    try (TracedService service = TracedService.unjailed(program(plan), watch)) {
      outcome = new Trial(task, watch, interrupted).run(service, () -> false);
    }
    LockFile lock = spec.learned();
    Verdict verdict =
        new Judge(spec, lock, run.number(), new Inside(plan), outside, new HashMap<>(), person)
            .of(watch.asked(), true, Zeal.WISHES, List.of());
    Map<String, Problem> refused = new LinkedHashMap<>();
    verdict.refused().forEach(problem -> refused.putIfAbsent(problem.message(), problem));
    List<Addition> additions =
        outcome.passed() ? new ArrayList<>(verdict.additions()) : new ArrayList<>();
    additions = Plannable.of(bench, lock, run, additions, refused);
    if (!additions.isEmpty()) {
      lock = LockFileGrowth.with(lock, run, additions);
      bench.build(lock);
    }
    return new Lesson(
        outcome.passed(),
        outcome.failure(),
        Explanations.of(outcome, List.of()),
        List.of(),
        outcome.words(),
        1,
        additions,
        List.copyOf(refused.values()),
        List.of(),
        0,
        outcome.passed()
            ? List.of("Now let it be learned in the jail: brig learn " + spec.name() + ".")
            : List.of(),
        lock);
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
