package brig.trace;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waiting that an interrupt puts off, not off the rails: it is told again afterwards. */
final class Uninterrupted {
  private Uninterrupted() {}

  private interface Wait<T> {
    T once() throws InterruptedException;
  }

  private static <T> T wait(Wait<T> wait) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return wait.once();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  static void await(CountDownLatch latch) {
    wait(
        () -> {
          latch.await();
          return true;
        });
  }

  /**
   * Whether it has ended.
   *
   * @param millis how long is waited; 0: until it has
   */
  static boolean join(Thread thread, long millis) {
    return wait(
        () -> {
          thread.join(millis);
          return !thread.isAlive();
        });
  }

  /** Whether it is done, for good or ill. */
  static boolean done(Future<?> task, long millis) {
    return wait(
        () -> {
          try {
            task.get(millis, TimeUnit.MILLISECONDS);
          } catch (TimeoutException e) {
            return false;
          } catch (ExecutionException e) {
            return true; // told by get
          }
          return true;
        });
  }

  static <T> T get(Future<T> task) throws ExecutionException {
    // A task that is done is not waited for.
    if (task.state() == Future.State.FAILED) {
      throw new ExecutionException(task.exceptionNow());
    }
    return task.resultNow();
  }
}
