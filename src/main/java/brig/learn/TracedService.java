package brig.learn;

import brig.launch.LaunchOrder;
import brig.launch.Launcher;
import brig.launch.UsualCalls;
import brig.launch.service.Listening;
import brig.linux.Architecture;
import brig.linux.Errno;
import brig.linux.LinuxException;
import brig.linux.Pidfd;
import brig.linux.ProcessStatus;
import brig.report.BrigException;
import brig.report.Problem;
import brig.trace.Follower;
import brig.trace.TraceFilter;
import brig.trace.TracedProgram;
import brig.trace.Tracer;
import org.jspecify.annotations.Nullable;

/**
 * A service that runs under the tracer, which is outside of its jail. It dies with the tracer,
 * however that ends.
 */
final class TracedService implements Traced {
  private static final long STEP_MILLIS = 20;

  private final Tracer tracer;
  private final int pid;

  private TracedService(Tracer tracer, int pid) {
    this.tracer = tracer;
    this.pid = pid;
  }

  /**
   * Starts it in its jail, confined as ever; the tracer's filter stands beside its own, and stops
   * it at every call but those that any profile has.
   */
  static TracedService jailed(LaunchOrder order, Follower follower)
      throws BrigException, LinuxException {
    Tracer tracer = Tracer.start(follower);
    try {
      int pid =
          Launcher.spawn(
              order,
              TraceFilter.ofAll(Architecture.current(), UsualCalls.names()),
              child -> seize(tracer, child, order));
      return new TracedService(tracer, pid);
    } catch (BrigException | RuntimeException e) {
      tracer.close();
      throw e;
    }
  }

  private static void seize(Tracer tracer, int child, LaunchOrder order)
      throws BrigException, LinuxException {
    try {
      tracer.seizeAtGate(child, true);
    } catch (LinuxException e) {
      if (e.errno() != Errno.EPERM) {
        throw e;
      }
      throw BrigException.refused(forbidden(e, "the service of jail " + order.jail()));
    }
  }

  private static Problem forbidden(LinuxException e, String what) {
    return e.problem("cannot trace " + what)
        .remedy(
            "It takes CAP_SYS_PTRACE, which a container may withhold, and"
                + " kernel/yama/ptrace_scope must not be 3.");
  }

  /** Starts it on the host. */
  static TracedService unjailed(TracedProgram program, Follower follower)
      throws BrigException, LinuxException {
    Tracer tracer = Tracer.start(follower);
    try {
      return new TracedService(tracer, program.start(tracer));
    } catch (LinuxException e) {
      tracer.close();
      if (e.errno() == Errno.EPERM && e.call().startsWith("ptrace")) {
        throw BrigException.refused(forbidden(e, "the service"));
      }
      throw BrigException.refused(
          e.problem(
              e.call().equals("execve")
                  ? "cannot execute the service on the host"
                  : "cannot trace the service (" + e.call() + ")"));
    }
  }

  @Override
  public int pid() {
    return pid;
  }

  @Override
  public Pidfd.@Nullable Ending ending() throws LinuxException {
    return tracer.ending(pid);
  }

  @Override
  public boolean listens() throws LinuxException {
    return !Listening.ofTree(pid).isEmpty();
  }

  @Override
  public void stop(int signal, long millis) throws LinuxException {
    ProcessStatus status = ProcessStatus.of(pid);
    if (status == null || !status.catches(signal)) {
      return;
    }
    try (Pidfd process = Pidfd.open(pid)) {
      if (process != null) {
        process.signal(signal);
      }
    }
    long deadline = System.nanoTime() + millis * 1_000_000;
    boolean none = false;
    while (!none && System.nanoTime() - deadline < 0) {
      none = tracer.awaitNone(STEP_MILLIS);
    }
  }

  @Override
  public void close() throws LinuxException {
    tracer.close();
  }
}
