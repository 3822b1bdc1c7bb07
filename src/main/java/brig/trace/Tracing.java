package brig.trace;

import brig.linux.Errno;
import brig.linux.LinuxException;
import brig.linux.Pidfd;
import brig.linux.Ptrace;
import brig.linux.Signal;
import brig.linux.SyscallStop;
import brig.linux.TraceeMemory;
import brig.linux.WaitStatus;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * What the tracing thread does: one wait after another, and for each the one answer that lets the
 * tracee go on as if nobody had looked (ptrace(2)).
 *
 * <p>A tracee stops when it begins a call that its filter names, or any call where it has no
 * filter; then once more when that call has returned. At a signal it stops too, and gets that very
 * signal. When its process is stopped by a signal such as SIGSTOP, it stays stopped until SIGCONT.
 *
 * <p>execve(2) by a thread that is not the first ends all others of the process, and that thread
 * goes on under the number of the first.
 */
final class Tracing {
  private static final long STOPPING_MILLIS = 20_000; // a disk under load may hold it for seconds

  private final Follower follower;
  private final @Nullable Warden warden;

  /** What is at the warden's mercy is told as well. */
  private final boolean tells;

  private final Decoder decoder;
  private final SyscallStop stop = new SyscallStop();
  private final Tracees tracees;
  private final Map<Integer, Pidfd.Ending> endings = new HashMap<>();
  private final Telling telling;
  private final Seizure seizure;

  private @Nullable Ptrace ptrace;
  private long endDeadline;
  private boolean ending;

  Tracing(Follower follower, @Nullable Warden warden, boolean tells) {
    this.follower = follower;
    this.tells = tells;
    this.tracees = new Tracees(follower);
    this.seizure = new Seizure(follower, tracees);
    Places places = new Places();
    this.decoder = new Decoder(places);
    this.telling = new Telling(follower, places);
    this.warden = warden;
  }

  // Belongs to the tracing thread.
  private Ptrace ptrace() {
    if (ptrace == null) {
      ptrace = new Ptrace();
    }
    return ptrace;
  }

  /** Waits for one thing that happens, and answers it; false: that was all. */
  boolean step() throws LinuxException {
    // A child whose parent was killed in the middle of its birth is known to the kernel alone.
    if (tracees.isEmpty() && ptrace().nobody()) {
      tracees.tellNone(true);
      if (ending) {
        return false;
      }
      LockSupport.park(this);
      return true;
    }
    if (ending && System.nanoTime() - endDeadline > 0) {
      return false;
    }
    try {
      WaitStatus.Of status = ptrace().awaitAny(tracees.size() != 1);
      if (status != null) {
        handle(status);
      }
    } catch (Ptrace.NobodyLeft e) {
      // posix_spawn(3) itself reaps a child whose execve failed.
      tracees.clear();
    }
    return true;
  }

  void seizeAtGate(int pid, boolean filtered) throws LinuxException {
    seizure.atGate(ptrace(), pid, filtered);
  }

  List<Integer> attach(int pid) throws LinuxException {
    return seizure.attach(ptrace(), pid);
  }

  boolean awaitNone(long millis, Thread tracing) {
    return tracees.awaitNone(millis, tracing);
  }

  List<Integer> processes() {
    return tracees.processes();
  }

  Pidfd.@Nullable Ending ending(int pid) {
    return endings.get(pid);
  }

  void forget(int pid) {
    tracees.remove(pid);
  }

  /** Lets all go, until the deadline. */
  void end(long deadline) throws LinuxException {
    ending = true;
    endDeadline = deadline;
    for (Tracee tracee : tracees.all()) {
      letGo(tracee);
    }
  }

  private void letGo(Tracee tracee) throws LinuxException {
    if (!tracee.killedAtEnd) {
      ptrace().interrupt(tracee.tid);
    } else if (tracee.tid == tracee.pid) {
      try (Pidfd process = Pidfd.open(tracee.pid)) {
        if (process != null) {
          process.signal(Signal.SIGKILL);
        }
      }
    }
  }

  /** Stops a tracee between two of its instructions, works in its name, and lets it go on. */
  <T> T inject(int tid, Injection.Work<T> work) throws LinuxException {
    long deadline = System.nanoTime() + STOPPING_MILLIS * 1_000_000;
    Tracee tracee = tracees.get(tid);
    if (tracee == null && Threads.tracer(tid) != 0) {
      tracee = tracees.stopped(tid); // the kernel knew it before the news of its birth came
    }
    if (tracee == null || !ptrace().interrupt(tid)) {
      throw new LinuxException("stop process", "/proc/" + tid, Errno.ESRCH);
    }
    while (System.nanoTime() - deadline < 0) {
      WaitStatus.Of status;
      try {
        status = ptrace().look(tid);
      } catch (Ptrace.NobodyLeft e) {
        throw new LinuxException("stop process", "/proc/" + tid, Errno.ESRCH);
      }
      if (status == null) {
        LockSupport.parkNanos(200_000);
      } else if (!status.ended()
          && status.event() == WaitStatus.EVENT_STOP
          && !status.groupStop()) {
        try {
          return Injection.run(ptrace(), decoder.memory(), tid, false, work);
        } finally {
          resume(tracee, 0);
        }
      } else if (!status.ended()
          && (status.atCall() || status.event() == WaitStatus.EVENT_SECCOMP)
          && ptrace().callInfo(tid, stop)
          && stop.entering()) {
        try {
          return Injection.run(ptrace(), decoder.memory(), tid, true, work);
        } finally {
          resume(tracee, 0); // and the call begins anew
        }
      } else {
        handle(status);
        if (!tracees.contains(tid)) {
          throw new LinuxException("stop process", "/proc/" + tid, Errno.ESRCH);
        }
      }
    }
    // Stopped by a signal for its process, or in a wait that nothing interrupts.
    throw new LinuxException("stop process", "/proc/" + tid, Errno.ETIMEDOUT);
  }

  /** Works in the name of a tracee that stands at the beginning of a call. */
  <T> T injectBefore(Tracee tracee, Injection.Work<T> work) throws LinuxException {
    tracee.injected = true;
    return Injection.run(ptrace(), decoder.memory(), tracee.tid, true, work);
  }

  /** The same at the end of a call. */
  <T> T injectAfter(Tracee tracee, Injection.Work<T> work) throws LinuxException {
    tracee.injected = true;
    return Injection.run(ptrace(), decoder.memory(), tracee.tid, false, work);
  }

  TraceeMemory memory() {
    return decoder.memory();
  }

  // What follows happens at a stop.

  private void handle(WaitStatus.Of status) throws LinuxException {
    if (status.ended()) {
      gone(status);
      return;
    }
    Tracee tracee = tracees.stopped(status.tid());
    if (ending && !tracee.killedAtEnd) {
      leave(tracee, status);
      return;
    }
    if (status.atCall()) {
      atCall(tracee);
      return;
    }
    switch (status.event()) {
      case 0 -> {
        resume(tracee, status.signal());
        if (warden != null) {
          warden.signalled(atNoCall(tracee), status.signal());
        }
      }
      case WaitStatus.EVENT_SECCOMP -> atCall(tracee);
      case WaitStatus.EVENT_FORK, WaitStatus.EVENT_VFORK, WaitStatus.EVENT_CLONE -> {
        parent(tracee);
        resume(tracee, 0);
      }
      case WaitStatus.EVENT_EXEC -> executed(tracee);
      case WaitStatus.EVENT_STOP -> {
        if (status.groupStop()) {
          ptrace().listen(tracee.tid);
        } else {
          resume(tracee, 0);
        }
      }
      default -> resume(tracee, 0);
    }
  }

  private void gone(WaitStatus.Of status) {
    Tracee tracee = tracees.remove(status.tid());
    if (tracee != null && tracee.tid == tracee.pid) {
      endings.put(tracee.pid, status.ending());
      telling.forget(tracee.pid);
      follower.ended(tracee.pid, status.ending());
    }
  }

  private void leave(Tracee tracee, WaitStatus.Of status) {
    switch (status.event()) {
      case WaitStatus.EVENT_FORK, WaitStatus.EVENT_VFORK, WaitStatus.EVENT_CLONE -> parent(tracee);
      default -> {}
    }
    // At a signal it gets that signal; SIGTRAP of the stops of ours is none.
    boolean signal = status.event() == 0 && !status.atCall();
    ptrace().detach(tracee.tid, signal ? status.signal() : 0);
    tracees.remove(tracee.tid);
  }

  private void resume(Tracee tracee, int signal) {
    // Answers ESRCH when it was killed meanwhile: then its end is waiting to be told.
    if (tracee.everyCall || tracee.pending != null || tracee.caught != null) {
      ptrace().goToCall(tracee.tid, signal);
    } else {
      ptrace().go(tracee.tid, signal);
    }
  }

  private void parent(Tracee tracee) {
    long child = ptrace().eventMessage(tracee.tid);
    if (child > 0) {
      tracees.bore(tracee, (int) child);
    }
  }

  private void atCall(Tracee tracee) {
    if (!ptrace().callInfo(tracee.tid, stop)) {
      return;
    }
    if (warden != null && !guarded(tracee, warden)) {
      resume(tracee, 0);
      return;
    }
    if (stop.entering()) {
      if (decoder.foreign(stop)) {
        telling.foreign(tracee);
      } else if (decoder.isNative(stop)) {
        telling.made(tracee, stop.number());
      }
      tracee.pending = decoder.decode(tracee, stop);
    } else if (stop.leaving()) {
      PendingCall pending = tracee.pending;
      tracee.pending = null;
      if (pending != null) {
        telling.returned(tracee, pending, stop.result());
      }
    }
    resume(tracee, 0);
  }

  private Caught atNoCall(Tracee tracee) {
    return new Caught(this, tracee, -1, new long[6], false);
  }

  /** Whether the call is to be told as well. */
  private boolean guarded(Tracee tracee, Warden guard) {
    Caught caught = tracee.caught;
    tracee.caught = null;
    tracee.injected = false;
    if (stop.entering()) {
      long[] arguments = new long[6];
      for (int i = 0; i < arguments.length; i++) {
        arguments[i] = stop.argument(i);
      }
      Caught now = new Caught(this, tracee, stop.number(), arguments, !decoder.isNative(stop));
      if (guard.beginning(now) == Warden.Answer.TELL_RETURN) {
        tracee.caught = now;
      }
      // After an injection the call begins anew.
      return tells && !tracee.injected && guard.isWatched(now);
    }
    if (stop.leaving() && caught != null) {
      guard.returned(caught, stop.result());
    }
    if (tracee.injected) {
      tracee.pending = null; // what it was answered is the warden's
    }
    return tracee.pending != null;
  }

  private void executed(Tracee tracee) {
    long former = ptrace().eventMessage(tracee.tid);
    Tracee caller = former > 0 ? tracees.get((int) former) : null;
    PendingCall pending = caller == null ? tracee.pending : caller.pending;
    String before = caller == null ? tracee.program : caller.program;
    if (caller != null && former != tracee.tid) {
      tracees.remove((int) former);
    }
    tracee.pending = null;
    tracee.program = Places.program(tracee.tid);
    telling.forget(tracee.pid);
    if (tracee.atGate) {
      tracee.atGate = false;
      follower.began(tracee.pid, tracee.program);
    }
    if (pending == null) { // the gate's filter had the first word
      pending =
          new PendingCall(TracedCalls.EXECVE, Access.EXECUTE, "", tracee.program, null, null, null);
      before = tracee.program;
    }
    if (warden == null || (tells && warden.isWatched(atNoCall(tracee)))) {
      follower.called(pending.ended(tracee, before, 0));
    }
    if (warden != null) {
      warden.executed(atNoCall(tracee));
    }
    resume(tracee, 0);
  }
}
