package brig.learn;

import brig.plan.Plan;
import brig.report.BrigException;
import brig.report.Problem;
import brig.spec.JailSpec;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Learns round by round: the jail is built, the service is started in it under the tracer and put
 * to the probe and the workload, and what it asked for in vain is judged. What is wanted goes to
 * the lock file, and the next round shows whether that was all. It ends with a round that passes
 * and brings nothing new, or when nothing more is found that could help.
 */
public final class Learning {
  private final Course course;
  private final Workbench bench;

  public Learning(Course course) {
    this.course = course;
    this.bench = course.bench();
  }

  private record Round(Trial.Outcome outcome, List<Asked> asked, List<String> words) {}

  /** Does it; the lock file is written and the jail built with it. */
  public Lesson learn(Trial.Task task) throws BrigException, IOException {
    for (int number = 1; ; number++) {
      JailSpec spec = bench.spec(course.lock());
      Plan plan = bench.plan(spec);
      bench.build(course.lock());
      course.teller().round(number);
      Outside outside = new Outside(course.host(), spec);
      Inside inside = new Inside(plan);
      Round round = trial(task, spec, inside, outside);
      Trial.Outcome outcome = round.outcome;
      Verdict verdict = judge(spec, inside, outside, round, Zeal.WISHES);
      if (verdict.additions().isEmpty() && !outcome.passed() && !course.isInterrupted()) {
        Verdict more = moreZealous(spec, inside, outside, round);
        verdict = more == null ? verdict : more;
      }
      List<Addition> found = course.sort(spec, course.run(), verdict);
      course.teller().ended(number, outcome.failure(), found);
      if (found.isEmpty() || course.isLast(number)) {
        return lesson(number, round, verdict, plan);
      }
      course.take(spec, course.run(), found);
    }
  }

  private Round trial(Trial.Task task, JailSpec spec, Inside inside, Outside outside)
      throws BrigException, IOException {
    Watch watch = new Watch(course.footprint());
    Trial.Outcome outcome;
    try (Workbench.Start start = bench.start();
        TracedService service = TracedService.jailed(start.order(), watch)) {
      outcome =
          course
              .trial(task, watch)
              .run(
                  service,
                  () -> {
                    Round until = new Round(Trial.Outcome.UNDECIDED, watch.asked(), bench.words());
                    return !judge(spec, inside, outside, until, Zeal.WISHES).additions().isEmpty();
                  });
    }
    return new Round(outcome, watch.asked(), bench.words());
  }

  private Verdict judge(JailSpec spec, Inside inside, Outside outside, Round round, Zeal zeal) {
    Secrets secrets = new Secrets(outside, inside.plan(), spec.identity().startAsRoot());
    return new Judge(course.hearing(spec, course.run(), outside, secrets), inside)
        .of(round.asked, false, zeal, round.words);
  }

  private @Nullable Verdict moreZealous(
      JailSpec spec, Inside inside, Outside outside, Round round) {
    for (Zeal zeal : new Zeal[] {Zeal.SEARCHES, Zeal.LISTINGS}) {
      Verdict verdict = judge(spec, inside, outside, round, zeal);
      if (!verdict.additions().isEmpty()) {
        course.keepPlain();
        return verdict;
      }
    }
    return null;
  }

  private Lesson lesson(int rounds, Round round, Verdict last, Plan plan)
      throws BrigException, IOException {
    Trial.Outcome outcome = round.outcome;
    if (outcome.passed()) {
      course.keepFootprint();
    } else {
      course.dropUnhelpful();
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
        course.additions(),
        course.refused(),
        last.searched(),
        last.absent(),
        outcome.passed() ? Advice.of(plan, round.asked, course.run()) : List.of(),
        course.lock());
  }
}
