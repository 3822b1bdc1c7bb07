package brig.cli.up;

import brig.cli.command.Context;
import brig.cli.service.JailView;
import brig.launch.service.Diagnosis;
import brig.launch.service.JailGroup;
import brig.launch.service.OutputLog;
import brig.launch.service.RunState;
import brig.launch.service.Running;
import brig.launch.up.LogTail;
import brig.launch.up.Patience;
import brig.linux.Fd;
import brig.linux.HostFiles;
import brig.linux.LinuxException;
import brig.report.BrigException;
import brig.report.Problem;
import brig.spec.JailSpec;
import brig.tree.JailPaths;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One jail of the set, through all lives of its service. */
final class Member implements AutoCloseable {
  /** Where it is on its way. */
  enum Phase {
    /** For those that come before it. */
    WAITING,
    /** Before it is started again. */
    PAUSED,
    STARTING,
    READY,
    STOPPING,
    /** Nothing of it runs, and nothing is to be done. */
    OVER
  }

  private static final long LOCK_TRIES = 250;
  private static final long STEP_MILLIS = 20;

  final Chosen.Jail jail;
  private final Teller teller;
  private final String hostLog;
  private final Context context;
  private final JailPaths paths;
  private final Fd keeperLock;
  private final LogTail tail;
  private final Patience patience = new Patience();
  private final HoleKeeper holes;

  private Phase phase = Phase.WAITING;
  private @Nullable Life life;
  private long resumeAt;
  private boolean failed;
  private boolean wasReady;
  private boolean looked;

  /**
   * @param keeperLock held as long as this process looks after the jail
   */
  Member(Chosen.Jail jail, Fd keeperLock, Teller teller, String hostLog, Context context)
      throws LinuxException {
    this.jail = jail;
    this.teller = teller;
    this.hostLog = hostLog;
    this.context = context;
    this.paths = context.paths();
    this.keeperLock = keeperLock;
    this.holes = new HoleKeeper(jail.spec(), teller, context);
    this.tail = new LogTail(paths.outputLog(name()), line -> teller.line(name(), line));
  }

  String name() {
    return jail.name();
  }

  JailSpec spec() {
    return jail.spec();
  }

  Phase phase() {
    return phase;
  }

  /** Its last life ended otherwise than it should, and nothing follows. */
  boolean failed() {
    return failed;
  }

  /** Those after it may start. */
  boolean letsOthersStart() {
    return phase == Phase.READY || (phase == Phase.OVER && !failed);
  }

  /** It failed before it ever served, and will not be tried again. */
  boolean neverServed() {
    return phase == Phase.OVER && failed && !wasReady;
  }

  @Nullable Life life() {
    return life;
  }

  HoleKeeper holes() {
    return holes;
  }

  /** Its holes are looked after. */
  void stepHoles() throws LinuxException {
    holes.step(phase != Phase.OVER, phase == Phase.STARTING || phase == Phase.READY);
  }

  /** Nothing of it runs any more. */
  boolean isGone() {
    return phase == Phase.OVER && holes.fd() == null;
  }

  LogTail tail() {
    return tail;
  }

  /** When a pause ends, by System.nanoTime. */
  long resumeAt() {
    return resumeAt;
  }

  void resume() {
    phase = Phase.WAITING;
  }

  /** Starts it; a failure is told, and is an end like another. */
  void start() {
    Starter starter = new Starter(spec(), teller, hostLog, context);
    try {
      Life running = looked ? null : starter.found();
      if (running != null) {
        life = running;
        teller.news(name(), "runs already, process " + running.process().pid() + ", taken over");
        ready();
      } else {
        if (!looked) {
          endOld();
        }
        life = starter.start();
        phase = Phase.STARTING;
      }
      looked = true;
    } catch (BrigException e) {
      teller.problems(name(), e);
      over(false, 0, "could not be started");
    } catch (IOException e) {
      teller.failed(name(), e);
      over(false, 0, "could not be started");
    }
  }

  /** What runs of another generation, or by another jailfile, is stopped first. */
  private void endOld() throws BrigException, IOException {
    RunState state = RunState.read(paths.state(name()));
    if (state != null && Running.find(state) != null) {
      teller.news(name(), "runs generation " + state.generation() + " still, which is stopped");
      if (context.run("stop", name()) != 0) {
        throw BrigException.refused(Problem.of("cannot stop what runs of " + name()));
      }
    }
  }

  private void ready() {
    phase = Phase.READY;
    wasReady = true;
  }

  /** One look at a start that is on its way. */
  void lookForReady() {
    Life current = life;
    if (current == null) {
      return;
    }
    try {
      List<String> missing = current.missing();
      if (missing.isEmpty()) {
        ready();
        teller.news(
            name(), "ready after " + current.millis() + " ms, process " + current.process().pid());
      } else if (current.millis() > spec().upkeep().ready().timeout().toMillis()) {
        teller.news(
            name(), "not ready after " + current.millis() + " ms: " + String.join("; ", missing));
        giveUp(current);
      }
    } catch (BrigException e) {
      teller.problems(name(), e);
      giveUp(current);
    } catch (IOException e) {
      teller.failed(name(), e);
      giveUp(current);
    }
  }

  private void giveUp(Life current) {
    try {
      new Stop(this, paths, 0).run();
    } catch (RuntimeException e) {
      teller.failed(name(), e);
    }
    ended(current);
  }

  /** Its process has ended by itself, or by somebody else's hand. */
  void ended(Life current) {
    try {
      tail.finish();
      current.listen();
      long lived = current.millis();
      Life.End end = current.end();
      boolean byHand = phase != Phase.STOPPING && stoppedByHand(current);
      if (byHand) {
        forget(current);
        teller.news(name(), "was stopped by hand, and stays so");
        phase = Phase.OVER;
        return;
      }
      if (phase != Phase.STOPPING && current.wentAside(end.well())) {
        return;
      }
      if (phase == Phase.STARTING && !end.well()) {
        explain(current);
      }
      forget(current);
      over(end.well(), lived, end.text() + " after " + lived + " ms");
    } catch (BrigException e) {
      teller.problems(name(), e);
      over(false, 0, "ended");
    } catch (IOException e) {
      teller.failed(name(), e);
      over(false, 0, "ended");
    }
  }

  /** Whoever stops it by {@code brig stop} holds the lock until its state is gone. */
  private boolean stoppedByHand(Life current) throws BrigException, IOException {
    for (int tries = 0; tries < LOCK_TRIES; tries++) {
      try (Fd lock = HostFiles.lock(paths.lock(name()))) {
        if (lock != null) {
          return spec().mode() != JailSpec.Mode.LATE && RunState.read(paths.state(name())) == null;
        }
      }
      sleep();
    }
    return current.millis() < 0;
  }

  private static void sleep() {
    try {
      Thread.sleep(STEP_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What its last words point to, and what to do about it. */
  private void explain(Life current) throws IOException {
    if (current.jail() == null) {
      return;
    }
    List<String> words =
        new OutputLog(paths.outputLog(name())).linesSince(current.outputBegan(), 20);
    try (JailView inside = JailView.of(current.jail(), context.host())) {
      Diagnosis diagnosis = new Diagnosis(context.host(), inside, spec().file());
      for (Problem problem : diagnosis.words(words)) {
        teller.news(name(), problem.text());
      }
    }
    for (Problem page : Diagnosis.pages(words)) {
      teller.news(name(), page.text());
    }
  }

  /** Nothing of that life is left. */
  private void forget(Life current) throws BrigException, IOException {
    RunState state = RunState.read(paths.state(name()));
    if (state != null && Running.find(state) == null) {
      HostFiles.delete(paths.state(name()));
    }
    JailGroup.remove(name(), paths);
    current.close();
    life = null;
  }

  private void over(boolean well, long lived, String text) {
    if (phase == Phase.STOPPING) {
      phase = Phase.OVER;
      return;
    }
    boolean again =
        switch (spec().upkeep().restart()) {
          case NO -> false;
          case ON_FAILURE -> !well;
          case ALWAYS -> true;
        };
    if (again) {
      long wait = patience.after(lived);
      resumeAt = System.nanoTime() + wait * 1_000_000;
      phase = Phase.PAUSED;
      teller.news(name(), text + "; started again in " + wait + " ms");
    } else {
      phase = Phase.OVER;
      failed = !well;
      teller.news(name(), text);
    }
  }

  /** It is to end; what has no process is over at once. */
  boolean beginStop() {
    if (life == null) {
      phase = Phase.OVER;
      return false;
    }
    phase = Phase.STOPPING;
    return true;
  }

  /** After a stop that was asked for. */
  void stopped() {
    Life current = life;
    if (current != null) {
      ended(current);
    }
    phase = Phase.OVER;
    teller.news(name(), "stopped");
  }

  @Override
  public void close() {
    holes.close();
    if (life != null) {
      life.close();
    }
    keeperLock.close();
  }
}
