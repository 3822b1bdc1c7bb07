package brig.web.limits;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * So many at once, so many waiting, and no more. Who waits holds no thread. Whoever leaves takes
 * the next in with its own thread, so that a busy gate hands nothing from thread to thread.
 */
public final class Gate {
  /** What wants to go through. */
  public interface Task {
    /**
     * Its turn, if it needs no thread: it goes on by itself.
     *
     * @return true when it does; it will {@link Gate#leave} then
     */
    default boolean begins() {
      return false;
    }

    /** Its turn. */
    void go();

    /** It has waited too long. */
    void tooLate();
  }

  private record Waiting(Task task, long until) {}

  private final int most;
  private final int mostWaiting;
  private final long patienceNanos;
  private final Executor threads;
  private final Queue<Waiting> queue = new ArrayDeque<>();
  private int inside;

  /**
   * @param most at once
   * @param mostWaiting beyond these
   * @param patienceMillis how long one may have waited when its turn comes
   * @param threads as many as are inside at once
   */
  public Gate(int most, int mostWaiting, long patienceMillis, Executor threads) {
    this.most = most;
    this.mostWaiting = mostWaiting;
    this.patienceNanos = patienceMillis * 1_000_000;
    this.threads = threads;
  }

  /**
   * Lets a task in, now or later.
   *
   * @return false when too many wait already: nothing of the task will be called
   */
  public boolean enter(Task task) {
    synchronized (queue) {
      if (inside == most) {
        return queue.size() < mostWaiting
            && queue.add(new Waiting(task, System.nanoTime() + patienceNanos));
      }
      inside++;
    }
    boolean started = false;
    try {
      if (!task.begins()) {
        goOn(task);
      }
      started = true;
    } finally {
      if (!started) {
        stepOut();
      }
    }
    return true;
  }

  /** One that is inside, and has begun without a thread, needs one for the rest. */
  public void goOn(Task task) {
    Waiting now = new Waiting(task, 0);
    threads.execute(() -> run(now, false));
  }

  /** One that has begun without a thread is done; whoever waits comes in with one. */
  public void leave() {
    Waiting next = following();
    if (next != null) {
      boolean late = isLate(next);
      threads.execute(() -> run(next, late));
    }
  }

  private void stepOut() {
    synchronized (queue) {
      inside--;
    }
  }

  private static boolean isLate(Waiting waiting) {
    return System.nanoTime() - waiting.until() > 0;
  }

  private void run(Waiting first, boolean firstIsLate) {
    @Nullable Waiting next = first;
    boolean late = firstIsLate;
    while (next != null) {
      try {
        if (late) {
          next.task().tooLate();
        } else {
          next.task().go();
        }
      } finally {
        next = following();
      }
      late = next != null && isLate(next);
    }
  }

  /** Who is next, in the place of who has left; null: nobody. */
  private @Nullable Waiting following() {
    synchronized (queue) {
      Waiting next = queue.poll();
      if (next == null) {
        inside--;
      }
      return next;
    }
  }

  /** How many are inside, for the server's status. */
  public int inside() {
    synchronized (queue) {
      return inside;
    }
  }

  /** How many wait. */
  public int waiting() {
    synchronized (queue) {
      return queue.size();
    }
  }
}
