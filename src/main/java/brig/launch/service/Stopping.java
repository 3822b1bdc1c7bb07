package brig.launch.service;

import brig.linux.LinuxException;
import brig.linux.Pidfd;
import brig.linux.ProcessStatus;
import brig.linux.Signal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Ends a service and every process of its jail. */
public final class Stopping {
  private static final long KILL_MILLIS = 10_000; // a killed process that is deep in a disk's wait
  private static final long ROUND_MILLIS = 20;

  private Stopping() {}

  /**
   * What a stop did.
   *
   * @param pid the first process
   * @param asked the signal it was asked with; null when there was no use in asking
   * @param killed it had to be killed
   * @param left processes that even SIGKILL did not end in time
   */
  public record Outcome(int pid, @Nullable String asked, boolean killed, int left) {}

  /**
   * Asks with the service's stop signal, waits, kills what is left.
   *
   * @param first the service's first process
   * @param millis how long to wait before the kill
   */
  public static Outcome stop(RunState state, ProcessStatus first, long millis)
      throws LinuxException {
    Integer number = Signal.number(state.stopSignal());
    int signal = number == null ? Signal.SIGTERM : number;
    // The first process of a pid namespace gets no signal that it has no handler for
    // (pid_namespaces(7)): asking would only waste the time until the kill.
    boolean deaf = state.pidNamespace() != 0 && signal != Signal.SIGKILL && !first.catches(signal);
    String asked = deaf ? null : Signal.name(signal);
    boolean killed = false;
    try (Pidfd pidfd = Pidfd.open(first.pid())) {
      // Its number may have been given to another between the look and the open.
      ProcessStatus now = pidfd == null ? null : ProcessStatus.of(first.pid());
      if (pidfd != null && now != null && now.startTime() == first.startTime()) {
        if (deaf || !pidfd.signal(signal) || !pidfd.awaitEnd(millis)) {
          killed = pidfd.signal(Signal.SIGKILL);
          pidfd.awaitEnd(KILL_MILLIS);
        }
      }
    }
    Sweep sweep = sweep(state, killed ? 0 : millis);
    return new Outcome(first.pid(), asked, killed || sweep.killed, sweep.left);
  }

  private record Sweep(boolean killed, int left) {}

  /**
   * Those that are left without a pid namespace, which would have taken them along: they were asked
   * by their first process, or are killed when they do not go.
   */
  private static Sweep sweep(RunState state, long millis) throws LinuxException {
    if (state.pidNamespace() != 0) {
      return new Sweep(false, Running.members(state).size());
    }
    long patience = System.nanoTime() + millis * 1_000_000;
    long end = patience + KILL_MILLIS * 1_000_000;
    int asked = 0;
    boolean killed = false;
    while (true) {
      List<ProcessStatus> left = Running.members(state);
      if (left.isEmpty() || System.nanoTime() > end) {
        return new Sweep(killed, left.size());
      }
      boolean kill = System.nanoTime() >= patience;
      killed |= kill;
      if (kill || asked++ == 0) {
        for (ProcessStatus process : left) {
          signal(process, kill ? Signal.SIGKILL : Signal.SIGTERM);
        }
      }
      try (Pidfd first = Pidfd.open(left.getFirst().pid())) {
        if (first != null) {
          first.awaitEnd(ROUND_MILLIS);
        }
      }
    }
  }

  private static void signal(ProcessStatus process, int signal) throws LinuxException {
    try (Pidfd pidfd = Pidfd.open(process.pid())) {
      ProcessStatus now = pidfd == null ? null : ProcessStatus.of(process.pid());
      if (pidfd != null && now != null && now.startTime() == process.startTime()) {
        pidfd.signal(signal);
      }
    }
  }
}
