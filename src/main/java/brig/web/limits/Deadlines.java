package brig.web.limits;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Ends what lasts too long. A thread that waits for another program cannot look at the time; so one
 * thread looks at it for all of them, four times a second, and wakes whoever is late by ending what
 * it waits for.
 */
public final class Deadlines {
  private static final long STEP_MILLIS = 250;
  private static final long NEVER = Long.MAX_VALUE;

  private final Set<Watch> watches = ConcurrentHashMap.newKeySet();
  private final List<Runnable> chores = new CopyOnWriteArrayList<>();

  /** Starts the thread that looks at the time. */
  public Deadlines() {
    Thread.ofPlatform().name("deadlines").daemon(true).start(this::look);
  }

  /** One thing under watch; it is not in a hurry until it is told a time. */
  public final class Watch implements AutoCloseable {
    private final Runnable ending;
    private volatile long deadline = NEVER;
    private volatile boolean late;

    private Watch(Runnable ending) {
      this.ending = ending;
    }

    /** From now on so long, at most. */
    public void within(long millis) {
      deadline = System.nanoTime() / 1_000_000 + millis;
    }

    /** From now on as long as it takes. */
    public void rest() {
      deadline = NEVER;
    }

    /** Whether it was ended for being late. */
    public boolean isLate() {
      return late;
    }

    @Override
    public void close() {
      watches.remove(this);
    }
  }

  /**
   * Puts something under watch.
   *
   * @param ending called once when it is late, on a thread that must not be held up
   */
  public Watch watch(Runnable ending) {
    Watch watch = new Watch(ending);
    watches.add(watch);
    return watch;
  }

  /** Something short to be done again and again, about four times a second. */
  public void always(Runnable chore) {
    chores.add(chore);
  }

  private void look() {
    while (true) {
      try {
        Thread.sleep(STEP_MILLIS);
      } catch (InterruptedException e) {
        return;
      }
      long now = System.nanoTime() / 1_000_000;
      for (Watch watch : watches) {
        if (watch.deadline < now && !watch.late) {
          watch.late = true;
          watch.ending.run();
        }
      }
      for (Runnable chore : chores) {
        chore.run();
      }
    }
  }
}
