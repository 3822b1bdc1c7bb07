package brig.learn;

import brig.plan.Host;
import brig.plan.Plan;
import brig.report.BrigException;
import brig.report.Problem;
import brig.spec.JailSpec;
import brig.spec.LockFile;
import brig.spec.LockFile.Run;
import brig.spec.LockFileWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Learns round by round: the jail is built, the service is started in it under the tracer and put
 * to the probe and the workload, and what it asked for in vain is judged. What is wanted goes to
 * the lock file, and the next round shows whether that was all. It ends with a round that passes
 * and brings nothing new, or when nothing more is found that could help.
 */
public final class Learning {
  /** Every round brings at least one thing; what takes more than this is no service's start. */
  private static final int MOST_ROUNDS = 24;

  private final Workbench bench;
  private final Host host;
  private final Person person;
  private final Teller teller;
  private final BooleanSupplier interrupted;
  private final Map<String, Boolean> answers = new HashMap<>();
  private final List<Addition> additions = new ArrayList<>();
  private final Map<String, Problem> refused = new LinkedHashMap<>();
  private final Footprint footprint = new Footprint();
  private final Run run;

  private LockFile lock;

  /** What it was before more was taken than was plainly asked for. */
  private @Nullable LockFile plain;

  private int plainAdditions;

  /**
   * @param lock what was learned before
   * @param interrupted asked now and then: whether the person wants an end
   */
  public Learning(
      Workbench bench,
      Host host,
      LockFile lock,
      @Nullable Probe probe,
      List<String> workload,
      Person person,
      Teller teller,
      BooleanSupplier interrupted) {
    this.bench = bench;
    this.host = host;
    this.lock = lock;
    this.person = person;
    this.teller = teller;
    this.interrupted = interrupted;
    this.run =
        new Run(LockFileGrowth.nextRun(lock), false, probe == null ? null : probe.text(), workload);
  }

  private record Round(Trial.Outcome outcome, List<Asked> asked, List<String> words) {}

  /** Does it; the lock file is written and the jail built with it. */
  public Lesson learn(Trial.Task task) throws BrigException, IOException {
    for (int number = 1; ; number++) {
      JailSpec spec = bench.spec(lock);
      Plan plan = bench.plan(spec);
      bench.build(lock);
      teller.round(number);
      Outside outside = new Outside(host, spec);
      Inside inside = new Inside(plan);
      Round round = trial(task, spec, inside, outside);
      Trial.Outcome outcome = round.outcome;
      Verdict verdict = judge(spec, inside, outside, round, Zeal.WISHES);
      if (verdict.additions().isEmpty() && !outcome.passed() && !interrupted.getAsBoolean()) {
        Verdict more = moreZealous(spec, inside, outside, round);
        verdict = more == null ? verdict : more;
      }
      List<Addition> found = Plannable.of(bench, lock, run, verdict.additions(), refused);
      for (Problem problem : verdict.refused()) {
        refused.putIfAbsent(problem.message(), problem);
      }
      teller.ended(number, outcome.failure(), found);
      if (found.isEmpty() || number == MOST_ROUNDS || interrupted.getAsBoolean()) {
        return lesson(number, round, verdict, plan);
      }
      additions.addAll(found);
      lock = LockFileGrowth.with(lock, run, found);
    }
  }

  private Round trial(Trial.Task task, JailSpec spec, Inside inside, Outside outside)
      throws BrigException, IOException {
    Watch watch = new Watch(footprint);
    Trial.Outcome outcome;
    try (Workbench.Start start = bench.start();
        TracedService service = TracedService.jailed(start.order(), watch)) {
      Trial trial = new Trial(task, watch, interrupted);
      outcome =
          trial.run(
              service,
              () -> {
                Round until = new Round(Trial.Outcome.UNDECIDED, watch.asked(), bench.words());
                return !judge(spec, inside, outside, until, Zeal.WISHES).additions().isEmpty();
              });
    }
    return new Round(outcome, watch.asked(), bench.words());
  }

  private Verdict judge(JailSpec spec, Inside inside, Outside outside, Round round, Zeal zeal) {
    return new Judge(spec, lock, run.number(), inside, outside, answers, person)
        .of(round.asked, false, zeal, round.words);
  }

  private @Nullable Verdict moreZealous(
      JailSpec spec, Inside inside, Outside outside, Round round) {
    for (Zeal zeal : new Zeal[] {Zeal.SEARCHES, Zeal.LISTINGS}) {
      Verdict verdict = judge(spec, inside, outside, round, zeal);
      if (!verdict.additions().isEmpty()) {
        if (plain == null) {
          plain = lock;
          plainAdditions = additions.size();
        }
        return verdict;
      }
    }
    return null;
  }

  /** Calls and ports of a service that fails would be those of half a service. */
  private void keepFootprint() throws BrigException, IOException {
    LockFile more = lock.with(footprint.and(lock));
    if (!Arrays.equals(LockFileWriter.bytes(more), LockFileWriter.bytes(lock))) {
      lock = more;
      bench.build(lock);
    }
  }

  private Lesson lesson(int rounds, Round round, Verdict last, Plan plan)
      throws BrigException, IOException {
    Trial.Outcome outcome = round.outcome;
    if (!outcome.passed() && plain != null) {
      // What was taken beyond the plain wishes did not help: it does not stay.
      additions.subList(plainAdditions, additions.size()).clear();
      lock = plain;
      bench.build(lock);
    }
    if (outcome.passed()) {
      keepFootprint();
    }
    List<Problem> explanations =
        outcome.passed() ? List.of() : Explanations.of(outcome, bench.explain(round.words));
    return new Lesson(
        outcome.passed(),
        outcome.failure(),
        explanations,
        round.words,
        outcome.words(),
        rounds,
        List.copyOf(additions),
        List.copyOf(refused.values()),
        last.searched(),
        last.absent(),
        outcome.passed() ? Advice.of(plan, round.asked, run) : List.of(),
        lock);
  }
}
