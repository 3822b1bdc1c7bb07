package brig.learn;

import brig.plan.Host;
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
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What learning goes by, in whatever mode the jail is, and what its rounds have brought so far. */
public final class Course {
  /** Every round brings at least one thing; what takes more than this is no service's start. */
  private static final int MOST_ROUNDS = 24;

  private final Workbench bench;
  private final Host host;
  private final @Nullable Probe probe;
  private final List<String> workload;
  private final Person person;
  private final Teller teller;
  private final BooleanSupplier interrupted;

  private final Map<String, Boolean> answers = new HashMap<>();
  private final Map<String, Problem> refused = new LinkedHashMap<>();
  private final Footprint footprint = new Footprint();
  private final Run run;
  private final List<Addition> additions = new ArrayList<>();
  private LockFile lock;

  /** What there was before more was taken than was plainly asked for. */
  private @Nullable LockFile plain;

  private List<Addition> plainAdditions = List.of();

  /**
   * A course.
   *
   * @param lock what was learned before
   * @param interrupted asked now and then: whether the person wants an end
   */
  public Course(
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
    this.probe = probe;
    this.workload = workload;
    this.person = person;
    this.teller = teller;
    this.interrupted = interrupted;
    this.run = run(false);
  }

  /** The run that this course is, as the lock file will have it. */
  Run run(boolean outside) {
    String asked = probe == null ? null : probe.text();
    return new Run(LockFileGrowth.nextRun(lock), outside, asked, workload);
  }

  Run run() {
    return run;
  }

  Workbench bench() {
    return bench;
  }

  Host host() {
    return host;
  }

  Teller teller() {
    return teller;
  }

  Footprint footprint() {
    return footprint;
  }

  LockFile lock() {
    return lock;
  }

  boolean isInterrupted() {
    return interrupted.getAsBoolean();
  }

  Trial trial(Trial.Task task, Watch watch) {
    return new Trial(task, watch, interrupted);
  }

  /** Hears what was asked for, with what the person has answered already. */
  Hearing hearing(JailSpec spec, Run of, Outside outside, Secrets secrets) {
    return new Hearing(spec, lock, of.number(), outside, secrets, answers, person);
  }

  /** What of a verdict can be planned; what does not come in is kept to be told. */
  List<Addition> sort(JailSpec spec, Run of, Verdict verdict) throws BrigException, IOException {
    List<Addition> good = Plannable.of(bench, spec, lock, of, verdict.additions(), refused);
    for (Problem problem : verdict.refused()) {
      refused.putIfAbsent(problem.message(), problem);
    }
    return good;
  }

  boolean isLast(int round) {
    return round == MOST_ROUNDS || isInterrupted();
  }

  /** They come into the lock file, which is not written yet. */
  void take(JailSpec spec, Run of, List<Addition> found) {
    additions.addAll(found);
    lock = LockFileGrowth.with(spec, lock, of, found);
    additions.removeIf(
        a ->
            a instanceof Addition.Path p
                && LockFileGrowth.isHidden(spec, p.path().path(), lock.places()));
  }

  /** What comes from here on may turn out to be of no help. */
  void keepPlain() {
    if (plain == null) {
      plain = lock;
      plainAdditions = List.copyOf(additions);
    }
  }

  /** What was taken beyond the plain wishes did not help: it does not stay. */
  void dropUnhelpful() throws BrigException, IOException {
    if (plain != null) {
      additions.clear();
      additions.addAll(plainAdditions);
      lock = plain;
      bench.build(lock);
    }
  }

  /** Calls and ports; of a service that fails they would be those of half a service. */
  void keepFootprint() throws BrigException, IOException {
    LockFile more = lock.with(footprint.and(lock));
    if (!Arrays.equals(LockFileWriter.bytes(more), LockFileWriter.bytes(lock))) {
      lock = more;
      bench.build(lock);
    }
  }

  /**
   * Takes back what turned out to do harm.
   *
   * @param without the lock file without it
   */
  void takeBack(Predicate<Addition> harm, UnaryOperator<LockFile> without) {
    additions.removeIf(harm);
    lock = without.apply(lock);
    if (plain != null) {
      plainAdditions = plainAdditions.stream().filter(harm.negate()).toList();
      plain = without.apply(plain);
    }
  }

  List<Addition> additions() {
    return List.copyOf(additions);
  }

  List<Problem> refused() {
    return List.copyOf(refused.values());
  }
}
