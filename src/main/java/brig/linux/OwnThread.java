package brig.linux;

import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

/**
 * A thread for one task, thrown away afterwards. The kernel keeps credentials, root, mounts and the
 * table of descriptors for each thread (credentials(7), unshare(2)): what the task does to them, it
 * does to itself and to the children that it starts.
 */
public final class OwnThread {
  private OwnThread() {}

  /** What is done on it. */
  @FunctionalInterface
  public interface Task<T> {
    T run() throws LinuxException;
  }

  /** A task that was begun, to be closed whatever else happens. */
  public static final class Begun<T> implements AutoCloseable {
    private final FutureTask<T> future;
    private final Thread thread;

    private Begun(FutureTask<T> future, Thread thread) {
      this.future = future;
      this.thread = thread;
    }

    /** Waits for its end. */
    @Override
    public void close() {
      join(thread);
    }

    /** Waits, and returns or throws what the task returned or threw. */
    public T result() throws LinuxException {
      join(thread);
      if (future.state() == Future.State.SUCCESS) {
        return future.resultNow();
      }
      Throwable failure = future.exceptionNow();
      if (failure instanceof LinuxException e) {
        throw e;
      }
      if (failure instanceof RuntimeException e) {
        throw e;
      }
      if (failure instanceof Error e) {
        throw e;
      }
      throw new IllegalStateException(failure);
    }
  }

  /** Begins it; the caller goes on. */
  public static <T> Begun<T> begin(String name, Task<T> task) {
    Callable<T> callable = task::run;
    FutureTask<T> future = new FutureTask<>(callable);
    return new Begun<>(future, Thread.ofPlatform().name(name).daemon(true).start(future));
  }

  /** Does it, waits, and returns or throws what it returned or threw. */
  public static <T> T run(String name, Task<T> task) throws LinuxException {
    try (Begun<T> begun = begin(name, task)) {
      return begun.result();
    }
  }

  /** Waits for the end of a thread; an interrupt is kept for afterwards. */
  public static void join(Thread thread) {
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
