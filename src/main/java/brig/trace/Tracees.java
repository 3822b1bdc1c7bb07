package brig.trace;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Who is traced. A child is traced from its birth, and its first stop may come before the news of
 * its birth. Belongs to the tracing thread, but for {@link #awaitNone}.
 */
final class Tracees {
  private final Follower follower;
  private final Map<Integer, Tracee> all = new HashMap<>();

  /** Who stopped for the first time before the news of its birth came; it may be gone by then. */
  private final Set<Integer> early = new HashSet<>();

  private @Nullable Tracee lastBorn;

  // Guarded by this: what other threads may ask.
  private boolean none = true;

  Tracees(Follower follower) {
    this.follower = follower;
  }

  @Nullable Tracee get(int tid) {
    return all.get(tid);
  }

  boolean contains(int tid) {
    return all.containsKey(tid);
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  int size() {
    return all.size();
  }

  Collection<Tracee> all() {
    return all.values();
  }

  List<Integer> processes() {
    Set<Integer> pids = new TreeSet<>();
    for (Tracee tracee : all.values()) {
      pids.add(tracee.pid);
    }
    return List.copyOf(pids);
  }

  void add(Tracee tracee) {
    all.put(tracee.tid, tracee);
    lastBorn = tracee;
    tellNone(false);
  }

  @Nullable Tracee remove(int tid) {
    return all.remove(tid);
  }

  void clear() {
    all.clear();
  }

  /** Who stops there, also when it was not heard of before. */
  Tracee stopped(int tid) {
    Tracee tracee = all.get(tid);
    if (tracee == null) {
      tracee = born(tid, null);
      early.add(tid);
    }
    return tracee;
  }

  /** The news of a birth. */
  void bore(Tracee parent, int child) {
    if (!early.remove(child) && !all.containsKey(child)) {
      born(child, parent);
    }
  }

  /** A tracee that was not known: {@code parent} is who started it, where that is known already. */
  private Tracee born(int tid, @Nullable Tracee parent) {
    boolean thread = parent != null && Threads.belongs(tid, parent.pid);
    int pid = thread && parent != null ? parent.pid : Threads.process(tid);
    Tracee like = parent;
    if (like == null) {
      like = all.get(pid == tid ? Threads.parent(tid) : pid);
    }
    if (like == null) {
      like = lastBorn;
    }
    Tracee tracee = new Tracee(tid, pid, Places.program(tid), like != null && like.everyCall);
    tracee.killedAtEnd = like != null && like.killedAtEnd;
    add(tracee);
    if (tid == pid) {
      follower.began(pid, tracee.program);
    }
    return tracee;
  }

  synchronized void tellNone(boolean now) {
    none = now;
    if (now) {
      notifyAll();
    }
  }

  /** Waits until none is left; false when the time is over before. */
  synchronized boolean awaitNone(long millis, Thread tracing) {
    long deadline = System.nanoTime() + millis * 1_000_000;
    boolean interrupted = false;
    while (!none && tracing.isAlive()) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        break;
      }
      try {
        wait(Math.min(left, 200));
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return none;
  }
}
