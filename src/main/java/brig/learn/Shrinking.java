package brig.learn;

import brig.plan.Host;
import brig.plan.Plan;
import brig.report.BrigException;
import brig.report.Position;
import brig.spec.JailSpec;
import brig.spec.Located;
import brig.spec.LockFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes a jail smaller: one run shows what is touched, the rest is proposed; when it is applied,
 * the jail is built without it and put to the same probe and workload. Whatever that run asks for
 * in vain comes back; when it fails all the same, everything does.
 */
public final class Shrinking {
  private static final int MOST_ROUNDS = 8;

  private final Workbench bench;
  private final Host host;
  private final LockFile lock;
  private final BooleanSupplier interrupted;

  public Shrinking(Workbench bench, Host host, LockFile lock, BooleanSupplier interrupted) {
    this.bench = bench;
    this.host = host;
    this.lock = lock;
    this.interrupted = interrupted;
  }

  /**
   * What could go, and what a run touched.
   *
   * @param failure a clause: why the run of the whole jail did not pass, and nothing is proposed
   */
  public record Proposal(
      @Nullable String failure, @Nullable Shrinkage shrinkage, Plan plan, Set<String> touched) {}

  /**
   * What came of it.
   *
   * @param failure a clause: why the smaller jail did not pass, so that the former is back
   * @param back what a run of the smaller jail asked for, and has again
   */
  public record Result(
      @Nullable String failure, @Nullable Shrinkage shrinkage, Set<String> back, int rounds) {}

  /** Runs the jail as it is, which must be built. */
  public Proposal propose(Trial.Task task) throws BrigException, IOException {
    JailSpec spec = bench.spec(lock);
    Plan plan = bench.plan(spec);
    Run run = run(task);
    if (!run.outcome.passed()) {
      return new Proposal(run.outcome.failure(), null, plan, Set.of());
    }
    Set<String> touched = touched(new Inside(plan), run.asked);
    Idle idle = new Idle(plan, spec, host, touched);
    return new Proposal(null, Shrinkage.of(plan, idle, touched), plan, touched);
  }

  private record Run(Trial.Outcome outcome, List<Asked> asked) {}

  private Run run(Trial.Task task) throws BrigException, IOException {
    Watch watch = new Watch();
    try (Workbench.Start start = bench.start();
        TracedService service = TracedService.jailed(start.order(), watch)) {
      Trial.Outcome outcome = new Trial(task, watch, interrupted).run(service, () -> false);
      return new Run(outcome, watch.asked());
    }
  }

  /** All that was found by what was asked for: each file, and the directories and links before. */
  private static Set<String> touched(Inside inside, List<Asked> asked) {
    Set<String> touched = new TreeSet<>();
    for (Asked one : asked) {
      touched.add(inside.real(one.by()));
      if (one.got()) {
        touched.add(inside.real(one.path()));
      }
    }
    return touched;
  }

  /** Builds the jail without it, proves it, and takes it back when it does not hold. */
  public Result apply(Proposal proposal, Trial.Task task) throws BrigException, IOException {
    Set<String> back = new TreeSet<>();
    Set<String> touched = new TreeSet<>(proposal.touched());
    Inside whole = new Inside(proposal.plan());
    JailSpec spec = bench.spec(lock);
    for (int round = 1; ; round++) {
      Idle idle = new Idle(proposal.plan(), spec, host, touched);
      Shrinkage shrinkage = Shrinkage.of(proposal.plan(), idle, touched);
      Run run;
      try {
        bench.build(without(shrinkage.paths()));
        run = run(task);
      } catch (BrigException | IOException e) {
        bench.build(lock);
        throw e;
      }
      boolean more = false;
      for (Asked one : run.asked) {
        String real = whole.real(one.path());
        if (!one.got() && idle.leavesOut(real) && touched.add(real)) {
          back.add(real);
          more = true;
        }
      }
      boolean over = round == MOST_ROUNDS || interrupted.getAsBoolean();
      if (run.outcome.passed() && (!more || over)) {
        return new Result(null, shrinkage, back, round);
      }
      if (!more || over) {
        bench.build(lock);
        return new Result(run.outcome.failure(), null, back, round);
      }
    }
  }

  private LockFile without(List<String> paths) {
    Position at = new Position(lock.file(), 1, 1);
    List<Located<String>> unused = new ArrayList<>(lock.unused());
    for (String path : paths) {
      unused.add(new Located<>(path, at));
    }
    return lock.leavingOut(unused);
  }
}
