package brig.hole.run;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;

/** How many run, and who waits: by job, by user and in all. For the loop's thread alone. */
final class Crowd {
  /** Somebody who wants to run. */
  interface Guest {
    /** Under what those of the same user are counted. */
    String user();

    String job();

    int mostOfJob();

    int mostOfJobAndUser();

    /** There is a place now. */
    void enter();

    /** It moved up in the queue. */
    void place(int before);
  }

  private record JobUser(String job, String user) {}

  private final Map<String, Integer> ofJob = new HashMap<>();
  private final Map<String, Integer> ofUser = new HashMap<>();
  private final Map<JobUser, Integer> ofJobAndUser = new HashMap<>();
  private final ArrayDeque<Guest> queue = new ArrayDeque<>();
  private int running;
  private int most;
  private int mostOfUser;
  private int mostWaiting;

  Crowd(brig.hole.job.Hole.Crowd limits) {
    limits(limits);
  }

  /** Takes others from now on; who runs goes on. */
  void limits(brig.hole.job.Hole.Crowd limits) {
    most = limits.atOnce();
    mostOfUser = limits.atOnceEachUser();
    mostWaiting = limits.queue();
  }

  /** What came of it. */
  enum Answer {
    ENTERED,
    WAITS,
    BUSY
  }

  Answer come(Guest guest) {
    if (hasRoom(guest)) {
      count(guest, 1);
      return Answer.ENTERED;
    }
    if (queue.size() >= mostWaiting) {
      return Answer.BUSY;
    }
    queue.add(guest);
    return Answer.WAITS;
  }

  private boolean hasRoom(Guest guest) {
    return running < most
        && ofUser.getOrDefault(guest.user(), 0) < mostOfUser
        && ofJob.getOrDefault(guest.job(), 0) < guest.mostOfJob()
        && ofJobAndUser.getOrDefault(new JobUser(guest.job(), guest.user()), 0)
            < guest.mostOfJobAndUser();
  }

  private void count(Guest guest, int change) {
    running += change;
    add(ofUser, guest.user(), change);
    add(ofJob, guest.job(), change);
    add(ofJobAndUser, new JobUser(guest.job(), guest.user()), change);
  }

  private static <K> void add(Map<K, Integer> counts, K key, int change) {
    counts.merge(key, change, Integer::sum);
    if (Objects.equals(counts.get(key), 0)) {
      counts.remove(key);
    }
  }

  /** It waits no longer. */
  void giveUp(Guest guest) {
    if (queue.remove(guest)) {
      tellPlaces();
    }
  }

  /** It has run; the first of those who wait for whom there is room now enters. */
  void leave(Guest guest) {
    count(guest, -1);
    Iterator<Guest> waiting = queue.iterator();
    while (waiting.hasNext()) {
      Guest next = waiting.next();
      if (hasRoom(next)) {
        waiting.remove();
        count(next, 1);
        next.enter();
        tellPlaces();
        return;
      }
    }
  }

  private void tellPlaces() {
    int before = 0;
    for (Guest guest : queue) {
      guest.place(before++);
    }
  }

  int running() {
    return running;
  }

  int waiting() {
    return queue.size();
  }
}
