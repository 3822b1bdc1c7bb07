package brig.trace;

import brig.linux.LinuxException;
import brig.linux.Pidfd;
import brig.linux.ThreadWaker;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Traces processes: the handle that every other thread has of the one that does.
 *
 * <p>ptrace(2) binds a tracee to one thread, so a single thread seizes, waits and lets go; it waits
 * for its own tracees only, never for children of the rest of the JVM. What others want of it is
 * put in a queue, and a signal gets it out of its wait.
 *
 * <p>However the tracer ends, SIGKILL included, the kernel then kills what was seized at a gate,
 * and lets go of what was attached to, which lives on.
 */
public final class Tracer implements AutoCloseable {
  private static final long WAKE_MILLIS = 20;
  private static final long LETTING_GO_MILLIS = 5_000;

  private final Queue<FutureTask<?>> tasks = new ConcurrentLinkedQueue<>();
  private final CountDownLatch ready = new CountDownLatch(1);
  private final Thread thread;
  private final Tracing tracing;

  // Written by the tracing thread before ready, or before it ends.
  private @Nullable ThreadWaker waker;
  private @Nullable Throwable failure;

  private Tracer(Follower follower, @Nullable Warden warden, boolean tells) {
    tracing = new Tracing(follower, warden, tells);
    thread = Thread.ofPlatform().name("tracer").daemon(true).unstarted(this::run);
  }

  /** Begins, with nobody to trace yet. */
  public static Tracer start(Follower follower) throws LinuxException {
    return start(follower, null);
  }

  /** The same for what {@link TracedProgram#guarded} starts: its calls are the warden's affair. */
  public static Tracer start(Follower follower, @Nullable Warden warden) throws LinuxException {
    return start(new Tracer(follower, warden, false));
  }

  /** The same, and the follower hears of the calls of those that the warden wants watched. */
  public static Tracer telling(Follower follower, Warden warden) throws LinuxException {
    return start(new Tracer(follower, warden, true));
  }

  private static Tracer start(Tracer tracer) throws LinuxException {
    tracer.thread.start();
    Uninterrupted.await(tracer.ready);
    tracer.rethrow();
    return tracer;
  }

  private void run() {
    try {
      waker = ThreadWaker.ofThisThread();
      ready.countDown();
      while (tracing.step()) {
        for (FutureTask<?> task = tasks.poll(); task != null; task = tasks.poll()) {
          task.run();
        }
      }
    } catch (Throwable e) {
      failure = e;
    } finally {
      ready.countDown();
    }
  }

  /**
   * Traces a program that somebody is about to start: its process exists already, and waits before
   * its execve(2). It dies with the tracer.
   *
   * @param filtered it has the filter of {@link TraceFilter}; else it stops at every call, which is
   *     slow
   */
  public void seizeAtGate(int pid, boolean filtered) throws LinuxException {
    call(
        () -> {
          tracing.seizeAtGate(pid, filtered);
          return null;
        });
  }

  /**
   * Traces a running process, all of its threads and all processes that descend from it. They stop
   * at every call: nobody can put a filter on another process. They outlive the tracer.
   *
   * @return the processes that are traced now
   * @throws LinuxException ESRCH: there is no such process; EPERM: it may not be traced
   */
  public List<Integer> attach(int pid) throws LinuxException {
    return call(() -> tracing.attach(pid));
  }

  /**
   * Lets a traced thread make system calls that its program did not ask for; it stands still
   * meanwhile.
   *
   * @param work runs on the tracing thread
   * @throws LinuxException ESRCH: it has ended; ETIMEDOUT: it cannot be stopped just now; EINVAL:
   *     it runs a program of another architecture; or what {@code work} throws
   */
  public <T> T inject(int tid, Injection.Work<T> work) throws LinuxException {
    return call(() -> tracing.inject(tid, work));
  }

  /** The processes that are traced at this moment. */
  public List<Integer> processes() throws LinuxException {
    return call(tracing::processes);
  }

  /** How a process ended that was traced; null when it has not, or was never. */
  public Pidfd.@Nullable Ending ending(int pid) throws LinuxException {
    return call(() -> tracing.ending(pid));
  }

  /**
   * Waits until none is left.
   *
   * @return false when the time is over
   */
  public boolean awaitNone(long millis) throws LinuxException {
    boolean none = tracing.awaitNone(millis, thread);
    rethrow();
    return none;
  }

  /** A tracee for which {@link #seizeAtGate} was called was never born, and is reaped. */
  void forget(int pid) throws LinuxException {
    call(
        () -> {
          tracing.forget(pid);
          return null;
        });
  }

  /**
   * Ends the trace: what was attached to is let go, what was seized at a gate is killed. A tracee
   * that does not answer within seconds, as in an endless wait for a disk, is left to the kernel,
   * which does the same to it.
   */
  @Override
  public void close() throws LinuxException {
    if (!thread.isAlive()) {
      return;
    }
    call(
        () -> {
          tracing.end(System.nanoTime() + LETTING_GO_MILLIS * 1_000_000);
          return null;
        });
    while (!Uninterrupted.join(thread, WAKE_MILLIS)) {
      wake();
    }
    rethrow();
  }

  private <T> T call(Callable<T> body) throws LinuxException {
    FutureTask<T> task = new FutureTask<>(body);
    tasks.add(task);
    try {
      do {
        wake();
      } while (!Uninterrupted.done(task, WAKE_MILLIS) && thread.isAlive());
      rethrow();
      return Uninterrupted.get(task);
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case LinuxException cause -> throw cause;
        case RuntimeException cause -> throw cause;
        case Error cause -> throw cause;
        case null, default -> throw new IllegalStateException(e.getCause());
      }
    }
  }

  private void wake() {
    ThreadWaker bell = waker;
    if (bell != null) {
      bell.wake();
    }
    LockSupport.unpark(thread);
  }

  private void rethrow() throws LinuxException {
    if (thread.isAlive()) {
      return;
    }
    switch (failure) {
      case null -> {}
      case LinuxException cause -> throw cause;
      case RuntimeException cause -> throw cause;
      case Error cause -> throw cause;
      default -> throw new IllegalStateException(failure);
    }
  }
}
