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

  /** Does it, waits, and returns or throws what it returned or threw. */
  public static <T> T run(String name, Task<T> task) throws LinuxException {
    Callable<T> callable = task::run;
    FutureTask<T> future = new FutureTask<>(callable);
    join(Thread.ofPlatform().name(name).daemon(true).start(future));
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
