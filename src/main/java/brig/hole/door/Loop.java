package brig.hole.door;

import brig.linux.Epoll;
import brig.linux.Fd;
import brig.linux.LinuxException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One thread for everything that waits: connections, pipes, ends of programs, deadlines. All of it
 * is done on the thread that calls {@link #run}, one thing after the other, so that nothing here is
 * locked; {@link #execute} alone is for other threads.
 */
public final class Loop implements Executor, AutoCloseable {
  private static final int TOO_MANY_CANCELLED = 1000;

  private final Epoll epoll;
  private final List<@Nullable Watch> watches = new ArrayList<>();
  private final ArrayDeque<Integer> free = new ArrayDeque<>();
  private final PriorityQueue<Timer> timers =
      new PriorityQueue<>((a, b) -> Long.compare(a.deadline - b.deadline, 0));
  private final Queue<Runnable> posted = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean woken = new AtomicBoolean();
  private final ArrayDeque<Runnable> atEnd = new ArrayDeque<>();
  private int cancelled;
  private int generation;
  private boolean stopped;
  private volatile @Nullable Thread owner;

  private Loop(Epoll epoll) {
    this.epoll = epoll;
  }

  public static Loop open() throws LinuxException {
    return new Loop(Epoll.open());
  }

  /** Something that is told when its descriptor is ready. */
  public interface Source {
    /**
     * Does what can be done without waiting.
     *
     * @param events {@link Epoll#IN} and the others
     */
    void ready(int events) throws LinuxException;

    /** It cannot go on; whatever it holds is to be given up. */
    void failed(Exception why);
  }

  /** A descriptor that is watched. */
  public final class Watch {
    private final Fd fd;
    private final Source source;
    private final int slot;
    private final long token;
    private int interest;
    private boolean over;

    private Watch(Fd fd, int interest, Source source, int slot) {
      this.fd = fd;
      this.interest = interest;
      this.source = source;
      this.slot = slot;
      this.token = (long) (generation++ & Integer.MAX_VALUE) << 32 | slot;
    }

    /** Changes what is waited for; 0: nothing but errors and hang-ups. */
    public void interest(int wanted) throws LinuxException {
      if (!over && wanted != interest) {
        epoll.modify(fd, wanted, token);
        interest = wanted;
      }
    }

    /**
     * It is watched no more; to be called before the descriptor is closed. Closing alone is not
     * enough (epoll(7), Q6): a child that is being born holds a copy, and until it lets go of it
     * the loop would be told of it without a pause.
     */
    public void end() {
      if (!over) {
        over = true;
        watches.set(slot, null);
        free.push(slot);
        try {
          epoll.remove(fd);
        } catch (LinuxException e) {
          // closed already: then it is watched no more
        }
      }
    }
  }

  public Watch watch(Fd fd, int interest, Source source) throws LinuxException {
    Integer slot = free.poll();
    if (slot == null) {
      slot = watches.size();
      watches.add(null);
    }
    Watch watch = new Watch(fd, interest, source, slot);
    try {
      epoll.add(fd, interest, watch.token);
    } catch (LinuxException e) {
      free.push(slot);
      throw e;
    }
    watches.set(slot, watch);
    return watch;
  }

  /** Something to be done at a time. */
  public final class Timer {
    private final long deadline;
    private @Nullable Runnable task;

    private Timer(long deadline, Runnable task) {
      this.deadline = deadline;
      this.task = task;
    }

    public void cancel() {
      if (task != null) {
        task = null;
        cancelled++;
        if (cancelled > TOO_MANY_CANCELLED && cancelled > timers.size() / 2) {
          timers.removeIf(timer -> timer.task == null);
          cancelled = 0;
        }
      }
    }
  }

  public Timer after(long millis, Runnable task) {
    Timer timer = new Timer(System.nanoTime() + millis * 1_000_000, task);
    timers.add(timer);
    return timer;
  }

  /** Does it on the loop's thread, soon. */
  @Override
  public void execute(Runnable task) {
    posted.add(task);
    if (Thread.currentThread().equals(owner)) {
      return; // it is looked at before the next wait
    }
    if (woken.compareAndSet(false, true)) {
      try {
        epoll.wake();
      } catch (LinuxException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** Does it when all that is ready now has been seen to. */
  public void atEnd(Runnable task) {
    atEnd.add(task);
  }

  /** Whether nothing but what is being done now is known to be ready. */
  public boolean isQuiet() {
    return quiet;
  }

  private boolean quiet;

  /** Goes on until {@link #stop}. */
  public void run() throws LinuxException {
    owner = Thread.currentThread();
    while (!stopped) {
      int count = epoll.await(untilNextTimer());
      for (int i = 0; i < count; i++) {
        quiet = count == 1;
        long token = epoll.token(i);
        if (token == Epoll.WOKEN) {
          epoll.woken();
        } else {
          dispatch(token, epoll.events(i));
        }
      }
      woken.set(false);
      Runnable task;
      while ((task = posted.poll()) != null) {
        task.run();
      }
      fire();
      while ((task = atEnd.poll()) != null) {
        task.run();
      }
    }
  }

  private void dispatch(long token, int events) {
    Watch watch = watches.get((int) token);
    if (watch == null || watch.token != token) {
      return; // it ended a moment ago
    }
    try {
      watch.source.ready(events);
    } catch (LinuxException | RuntimeException e) {
      watch.source.failed(e);
    }
  }

  private int untilNextTimer() {
    if (!posted.isEmpty()) {
      return 0;
    }
    Timer next = timers.peek();
    if (next == null) {
      return -1;
    }
    long nanos = next.deadline - System.nanoTime();
    return nanos <= 0 ? 0 : (int) Math.min(nanos / 1_000_000 + 1, 60_000);
  }

  private void fire() {
    long now = System.nanoTime();
    Timer next = timers.peek();
    while (next != null && next.deadline - now <= 0) {
      timers.poll();
      Runnable task = next.task;
      next.task = null;
      if (task == null) {
        cancelled--;
      } else {
        task.run();
      }
      next = timers.peek();
    }
  }

  /** Ends {@link #run} after what is being done now. */
  public void stop() {
    stopped = true;
  }

  /** How many descriptors are watched. */
  public int watched() {
    return watches.size() - free.size();
  }

  @Override
  public void close() {
    epoll.close();
  }
}
