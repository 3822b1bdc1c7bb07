package brig.learn;

import brig.linux.LinuxException;
import brig.linux.Pidfd;
import brig.report.BrigException;
import java.io.IOException;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** One start of the service: put to the probe and the workload, watched, and stopped again. */
public final class Trial {
  private static final long PAUSE_MILLIS = 100;

  /** A service that has asked for nothing new that long has settled, or has given up. */
  private static final long QUIET_MILLIS = 500;

  private static final long WORKLOAD_MILLIS = 30 * 60_000L;
  private static final long STOP_MILLIS = 5_000;

  private final Task task;
  private final Watch watch;
  private final BooleanSupplier interrupted;

  /**
   * What is asked of the service.
   *
   * @param patienceMillis how long a probe is repeated
   * @param directory for what commands print
   * @param ownNetwork the service has a network of its own, in which it is to be asked
   * @param stopSignal what ends it
   */
  public record Task(
      @Nullable Probe probe,
      @Nullable OutsideCommand workload,
      long patienceMillis,
      String directory,
      boolean ownNetwork,
      int stopSignal) {}

  /**
   * What came of it.
   *
   * @param passed the probe, and the workload
   * @param failure a clause: why not; null when it passed
   * @param ending of the service, when it ended by itself
   * @param words what probe and workload printed when they failed
   */
  record Outcome(
      boolean passed,
      @Nullable String failure,
      Pidfd.@Nullable Ending ending,
      long millis,
      boolean forked,
      boolean workloadFailed,
      List<String> words) {

    /** While it goes on. */
    static final Outcome UNDECIDED = new Outcome(false, null, null, 0, false, false, List.of());
  }

  /** Whether what was seen until now would change the jail. */
  @FunctionalInterface
  interface Hope {
    boolean isThere() throws BrigException, IOException;
  }

  Trial(Task task, Watch watch, BooleanSupplier interrupted) {
    this.task = task;
    this.watch = watch;
    this.interrupted = interrupted;
  }

  /**
   * Runs it.
   *
   * @param hope when there is some, there is no use in waiting on for a probe that fails
   */
  Outcome run(Traced service, Hope hope) throws BrigException, IOException {
    long start = System.nanoTime();
    Pidfd.Ending ending = null;
    Probe.@Nullable Answer answer = null;
    int tries = 0;
    long deadline = start + task.patienceMillis() * 1_000_000;
    boolean ready = false;
    while (!ready && !interrupted.getAsBoolean()) {
      ending = service.ending();
      if (ending != null) {
        break;
      }
      if (task.probe() == null) {
        ready = watch.quietMillis() > QUIET_MILLIS && millis(start) > 2 * QUIET_MILLIS;
        ready |= service.listens() && watch.quietMillis() > QUIET_MILLIS / 2;
      } else {
        answer = ask(service);
        ready = answer.passed();
        tries++;
      }
      if (!ready) {
        if (System.nanoTime() - deadline > 0) {
          break;
        }
        if (tries > 1 && watch.quietMillis() > QUIET_MILLIS && hope.isThere()) {
          break;
        }
        pause();
      }
    }
    OutsideCommand.@Nullable Result work = null;
    if (ready && task.workload() != null) {
      work = work(service);
      if (work.passed() && task.probe() != null) {
        answer = ask(service);
      }
    }
    ending = ending == null ? service.ending() : ending;
    long lived = millis(start);
    if (ending == null) {
      service.stop(task.stopSignal(), STOP_MILLIS); // else closing kills it
    }
    return outcome(ready, ending, lived, answer, work);
  }

  private Probe.Answer ask(Traced service) throws LinuxException {
    Probe probe = task.probe();
    if (probe == null) {
      throw new IllegalStateException();
    }
    return probe.ask(task.directory(), network(service), interrupted);
  }

  private OutsideCommand.Result work(Traced service) throws LinuxException {
    OutsideCommand workload = task.workload();
    if (workload == null) {
      throw new IllegalStateException();
    }
    return workload.run(task.directory(), network(service), WORKLOAD_MILLIS, interrupted);
  }

  private int network(Traced service) throws LinuxException {
    return task.ownNetwork() ? service.pid() : 0;
  }

  private Outcome outcome(
      boolean ready,
      Pidfd.@Nullable Ending ending,
      long lived,
      Probe.@Nullable Answer answer,
      OutsideCommand.@Nullable Result work) {
    boolean forked = ending != null && ending.status() == 0 && watch.started() > 1;
    String failure = null;
    List<String> words = List.of();
    boolean workloadFailed = false;
    if (interrupted.getAsBoolean()) {
      failure = "it was interrupted";
    } else if (ending != null) {
      failure = "the service " + ending.text() + " after " + lived + " ms";
    } else if (work != null && !work.passed()) {
      workloadFailed = true;
      failure = "the workload " + work.text();
      words = work.words();
    } else if (answer != null && !answer.passed()) {
      failure = "the probe fails: " + answer.text();
      words = answer.words();
    } else if (!ready) {
      failure = "the service does not settle";
    }
    return new Outcome(failure == null, failure, ending, lived, forked, workloadFailed, words);
  }

  private static long millis(long start) {
    return (System.nanoTime() - start) / 1_000_000;
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
