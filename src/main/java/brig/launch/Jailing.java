package brig.launch;

import brig.linux.Capabilities;
import brig.linux.Capability;
import brig.linux.Credentials;
import brig.linux.CurrentPlace;
import brig.linux.Descriptors;
import brig.linux.Errno;
import brig.linux.Fd;
import brig.linux.Landlock;
import brig.linux.Limits;
import brig.linux.LinuxException;
import brig.linux.ListenerHandover;
import brig.linux.Mounts;
import brig.linux.OwnThread;
import brig.linux.PrivilegeCalls;
import brig.linux.Program;
import brig.linux.Seccomp;
import brig.linux.SeccompListener;
import brig.linux.Sessions;
import brig.linux.Signal;
import brig.linux.SignalState;
import brig.linux.Stat;
import brig.linux.ThreadStatus;
import brig.report.BrigException;
import brig.report.ExitCode;
import brig.report.Printable;
import brig.report.Problem;
import org.jspecify.annotations.Nullable;

/**
 * One start, on two threads: the jailed one, which enters the {@link Confinement} and execs or
 * spawns, and the caller's, which stays outside.
 *
 * <p>Limits are the process's, not the thread's (prlimit(2)): set by the jailed thread they would
 * bind the JVM, and a hard one for good. posix_spawn(3) has no word for them. So the child stops at
 * a gate: a seccomp filter asks the outside before its one execve(2). There its limits are set from
 * outside, it is read back as /proc tells of it, whoever must know its pid learns it, and only then
 * does the program begin.
 */
final class Jailing {
  private final LaunchOrder order;
  private final Program program;
  private final Privileges privileges;
  private final LimitPlan limits;
  private final Confinement confinement;

  private final ListenerHandover handover = new ListenerHandover();

  // Written by the jailed thread, read when it has ended.
  private @Nullable Throwable failure;
  private int pid;

  Jailing(
      LaunchOrder order,
      Program program,
      Privileges privileges,
      LimitPlan limits,
      Confinement confinement) {
    this.order = order;
    this.program = program;
    this.privileges = privileges;
    this.limits = limits;
    this.confinement = confinement;
  }

  /** Returns only by throwing. */
  void become() throws LinuxException, BrigException {
    loadClasses();
    Thread thread = start(this::enterAndExec);
    OwnThread.join(thread);
    confinement.closeOpened();
    rethrow();
    throw new IllegalStateException("execve returned without an error");
  }

  /** Returns the child's pid, once its program has begun. */
  int spawn(Launcher.Born born) throws LinuxException, BrigException {
    loadClasses();
    Thread thread = start(this::enterAndSpawn);
    @Nullable Throwable atGate = null;
    Fd gate = handover.await();
    if (gate != null) {
      try (SeccompListener door = new SeccompListener(gate)) {
        atGate = letIn(door, born);
      }
    }
    OwnThread.join(thread);
    confinement.closeOpened();
    if (atGate != null) {
      failure = atGate;
    }
    rethrow();
    return pid;
  }

  /**
   * What the jailed thread uses when it has entered. Classes that are read from a directory, not a
   * jar, could not be found there any more; and none should be read that late.
   */
  private static void loadClasses() {
    Class<?>[] classes = {
      BrigException.class,
      Capabilities.class,
      Capability.class,
      Credentials.class,
      CurrentPlace.class,
      Descriptors.class,
      Errno.class,
      ExitCode.class,
      Landlock.class,
      LimitPlan.class,
      LimitPlan.Entry.class,
      Limits.class,
      Limits.Pair.class,
      Limits.Resource.class,
      LinuxException.class,
      Mounts.class,
      Printable.class,
      PrivilegeCalls.class,
      PrivilegeCalls.Here.class,
      Problem.class,
      ReadBack.class,
      Seccomp.class,
      SignalState.class,
      Signal.class,
      Stat.class,
      ThreadStatus.class
    };
    try {
      Descriptors.load();
      for (Class<?> c : classes) {
        Class.forName(c.getName(), true, c.getClassLoader());
      }
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Thread start(Runnable body) {
    return Thread.ofPlatform().name("jailed").daemon(true).start(body);
  }

  private void enterAndExec() {
    try {
      // These are the process's: if a later step fails, the process has only its message to tell.
      if (!order.terminal()) {
        Sessions.leaveTerminal();
        if (Sessions.hasTerminal()) {
          throw BrigException.refused(
              Problem.of("jail " + order.jail() + " is not started: it has a terminal still"));
        }
      }
      confinement.enter(null);
      limits.set(0);
      SignalState.ignoreNone();
      ReadBack check = new ReadBack();
      check.limits(limits, 0);
      confinement.refuse(check);
      // The JVM blocks some signals; nothing comes between this and the exec.
      SignalState.setMask(0);
      program.exec();
    } catch (Throwable e) {
      failure = e;
    }
  }

  private void enterAndSpawn() {
    try {
      confinement.enter(handover::give);
      pid = program.spawn();
    } catch (Throwable e) {
      failure = e;
    } finally {
      handover.end();
    }
  }

  /** Serves the gate until the child is through or gone; returns what went wrong here. */
  private @Nullable Throwable letIn(SeccompListener door, Launcher.Born born) {
    @Nullable Throwable wrong = null;
    boolean told = false;
    try {
      while (true) {
        SeccompListener.Asked asked = door.next();
        if (asked == null) {
          return wrong;
        }
        try {
          if (!told) {
            inspect(asked.pid());
            born.born(asked.pid());
            told = true;
          }
        } catch (LinuxException | BrigException | RuntimeException e) {
          wrong = e;
        }
        // A signal may have interrupted the call; then the child asks once more.
        boolean answered = wrong == null ? door.goOn(asked) : door.refuse(asked, Errno.ECANCELED);
        if (answered) {
          return wrong;
        }
      }
    } catch (LinuxException e) {
      return e;
    }
  }

  private void inspect(int child) throws LinuxException, BrigException {
    ReadBack check = new ReadBack();
    setLimits(child, check);
    try (Fd file = ThreadStatus.open(child)) {
      ThreadStatus status = ThreadStatus.read(file);
      check.privileges(status, privileges);
      check.filter(status);
      check.signals(status);
    }
    confinement.refuse(check);
  }

  /**
   * Another process's limits may be set and read by whoever has its ids, or CAP_SYS_RESOURCE in its
   * user namespace, which containers mostly withhold: then a thread takes those ids on for a
   * moment.
   */
  private void setLimits(int child, ReadBack check) throws LinuxException {
    try {
      limits.set(child);
      check.limits(limits, child);
      return;
    } catch (LinuxException e) {
      if (e.errno() != Errno.EPERM || privileges.uid() == 0) {
        throw e;
      }
    }
    OwnThread.run(
        "limits",
        () -> {
          Credentials.setGid(privileges.gid());
          Credentials.setUid(privileges.uid());
          limits.set(child);
          check.limits(limits, child);
          return child;
        });
  }

  private void rethrow() throws LinuxException, BrigException {
    if (failure == null) {
      return; // the usual way must not link a switch over types
    }
    switch (failure) {
      case LinuxException e -> throw e;
      case BrigException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException(failure);
    }
  }
}
