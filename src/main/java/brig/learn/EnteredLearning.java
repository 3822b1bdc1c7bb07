package brig.learn;

import brig.launch.late.LateWatcher;
import brig.linux.LinuxException;
import brig.report.BrigException;
import brig.report.Problem;
import brig.spec.JailSpec;
import brig.spec.Located;
import brig.spec.LockFile.LearnedPath;
import brig.trace.Follower;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Learns what a daemon wants after it went into its jail (modes "late" and "self"), round by round:
 * it is started and put to the probe and the workload, the tracer sees past its chroot, and what it
 * asked for there in vain and the host has is loaded before, or mounted. It ends as {@link
 * Learning} does.
 */
public final class EnteredLearning {
  private final Course course;
  private final Workbench bench;

  /** Where its places are on the host. */
  private String top = "";

  public EnteredLearning(Course course) {
    this.course = course;
    this.bench = course.bench();
  }

  /** What one start showed; {@code wrong} is what Brig itself had to end. */
  private record Round(
      Trial.Outcome outcome,
      List<Asked> before,
      List<Asked> asked,
      List<String> words,
      List<String> wrong) {
    boolean passed() {
      return outcome.passed() && !asked.isEmpty();
    }

    @Nullable String failure() {
      return outcome.passed() && asked.isEmpty()
          ? "none of its processes asked for anything in the jail: they did not go in"
          : outcome.failure();
    }
  }

  /** Does it; the lock file is written. */
  public Lesson learn(Trial.Task task) throws BrigException, IOException {
    List<Addition> before = List.of();
    for (int number = 1; ; number++) {
      JailSpec spec = bench.spec(course.lock());
      bench.build(course.lock());
      course.teller().round(number);
      Outside outside = new Outside(course.host(), spec);
      Secrets secrets = new Secrets(outside, bench.plan(spec), false);
      Round round = trial(task, spec, outside, secrets);
      Set<String> unloadable = unloadable(before, round);
      Verdict verdict = judge(spec, outside, secrets, round.before, round.asked, Zeal.WISHES);
      boolean ends = round.passed() || course.isInterrupted() || !unloadable.isEmpty();
      if (verdict.additions().isEmpty() && !ends) {
        Verdict more = judge(spec, outside, secrets, round.before, round.asked, Zeal.SEARCHES);
        if (!more.additions().isEmpty()) {
          course.keepPlain();
          verdict = more;
        }
      }
      List<Addition> found = course.sort(spec, course.run(), verdict);
      if (!unloadable.isEmpty()) {
        found = new ArrayList<>(found);
        found.addAll(mounted(unloadable));
      }
      course.teller().ended(number, round.failure(), found);
      if (found.isEmpty() || course.isLast(number)) {
        return lesson(number, round, verdict, spec);
      }
      course.take(spec, course.run(), found);
      before = found;
    }
  }

  private Round trial(Trial.Task task, JailSpec spec, Outside outside, Secrets secrets)
      throws BrigException, IOException {
    Killed killed = new Killed();
    Trial.Outcome outcome;
    Watch watch;
    Watch before;
    try (Workbench.Start start = bench.start()) {
      boolean self = spec.mode() == JailSpec.Mode.SELF;
      String begin = start.order().root();
      String site = late(spec).root().value();
      top = self ? site : begin;
      watch = new Watch(course.footprint(), self ? begin : "", self ? begin + site : null);
      before = new Watch(new Footprint(), begin, self ? begin : "none");
      try (Traced service = start(start, spec, new Both(watch, before), killed)) {
        outcome =
            course
                .trial(task, watch)
                .run(
                    service,
                    () ->
                        !judge(spec, outside, secrets, before.asked(), watch.asked(), Zeal.WISHES)
                            .additions()
                            .isEmpty());
      }
    }
    return new Round(
        outcome, before.asked(), watch.asked(), bench.words(), List.copyOf(killed.texts));
  }

  private static Traced start(
      Workbench.Start start, JailSpec spec, Follower watch, LateWatcher watcher)
      throws BrigException, LinuxException {
    String output = start.order().output();
    return spec.mode() == JailSpec.Mode.LATE && output != null
        ? TracedLate.start(start.order(), output, late(spec), watch, watcher)
        : TracedService.jailed(start.order(), watch);
  }

  private static JailSpec.Late late(JailSpec spec) {
    JailSpec.Late late = spec.late();
    if (late == null) {
      throw new IllegalArgumentException("not a jail that a daemon of the host's enters");
    }
    return late;
  }

  /** Processes that could not be taken in; in mode "self" there are none. */
  private static final class Killed implements LateWatcher {
    final List<String> texts = new CopyOnWriteArrayList<>();

    @Override
    public void entered(Entered process) {}

    @Override
    public void killed(int pid, String program, String why) {
      texts.add(program + " (process " + pid + ") was killed: " + why);
    }

    @Override
    public void noted(String text) {
      texts.add(text);
    }
  }

  private Verdict judge(
      JailSpec spec,
      Outside outside,
      Secrets secrets,
      List<Asked> before,
      List<Asked> asked,
      Zeal zeal) {
    return new EnteredJudge(
            course.hearing(spec, course.run(), outside, secrets),
            late(spec),
            new SitePlace(course.host(), top, late(spec)))
        .of(before, asked, zeal);
  }

  /**
   * A library that wants symbols of a program's plugin, as PHP's extensions do, ends every program
   * that preloads it: those that were added last when the daemon ends by itself.
   */
  private static Set<String> unloadable(List<Addition> before, Round round) {
    Set<String> paths = new HashSet<>();
    if (round.outcome.ending() != null) {
      for (Addition addition : before) {
        if (addition instanceof Addition.Preload preload) {
          paths.add(preload.path().path());
        }
      }
    }
    return paths;
  }

  /** They are mounted instead. */
  private List<Addition> mounted(Set<String> unloadable) {
    List<Addition> moved = new ArrayList<>();
    for (Located<LearnedPath> preload : course.lock().preloads()) {
      if (unloadable.contains(preload.value().path())) {
        moved.add(
            new Addition.Path(
                preload.value(), "the daemon ends when it is loaded before; it is mounted"));
      }
    }
    course.takeBack(
        a -> a instanceof Addition.Preload p && unloadable.contains(p.path().path()),
        lock -> {
          List<Located<LearnedPath>> kept = new ArrayList<>(lock.preloads());
          kept.removeIf(preload -> unloadable.contains(preload.value().path()));
          return lock.preloading(kept);
        });
    return moved;
  }

  private Lesson lesson(int rounds, Round round, Verdict last, JailSpec spec)
      throws BrigException, IOException {
    boolean passed = round.passed();
    if (!passed) {
      course.dropUnhelpful();
    } else {
      if (spec.mode() == JailSpec.Mode.LATE) {
        TracedLate.UNSEEN.forEach(course.footprint()::call);
      }
      course.keepFootprint();
    }
    List<Problem> explanations = new ArrayList<>();
    if (!passed) {
      explanations.addAll(Explanations.of(round.outcome, bench.explain(round.words)));
      if (round.asked.isEmpty()) {
        explanations.add(notIn(spec));
      }
      round.wrong.forEach(text -> explanations.add(Problem.of(text)));
    }
    return new Lesson(
        passed,
        round.failure(),
        List.copyOf(explanations),
        round.words,
        round.outcome.words(),
        rounds,
        course.additions(),
        course.refused(),
        last.searched(),
        last.absent(),
        passed ? Advice.of(course.run()) : List.of(),
        course.lock());
  }

  private static Problem notIn(JailSpec spec) {
    String root = late(spec).root().value();
    return Problem.of("none of its processes went into " + root)
        .remedy(
            spec.mode() == JailSpec.Mode.SELF
                ? "Its own configuration has to make it chroot there: see docs/self.md."
                : "They go in when they give up root, or at another trigger: see docs/late.md.");
  }
}
