package brig.learn;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Tells a search from a wish: a thread that asks for one name in one directory after the other, and
 * finds it, did not want the places before. Perl, for one, asks for {@code strict.pmc} beside each
 * {@code strict.pm}, so a few names are remembered at a time, the last ones. Who speaks to a client
 * in between, as a server does between two documents of one name, has ended its search.
 */
final class Searches {
  private static final int MEMORY = 3;

  private record Trail(String name, List<String> inVain) {}

  private final Map<Integer, Deque<Trail>> byThread = new HashMap<>();

  void missed(int thread, String path) {
    Deque<Trail> trails = byThread.computeIfAbsent(thread, _ -> new ArrayDeque<>());
    String name = name(path);
    Trail trail = take(trails, name);
    if (trail == null) {
      trail = new Trail(name, new ArrayList<>());
    }
    if (!trail.inVain.contains(path)) {
      trail.inVain.add(path);
    }
    trails.addFirst(trail);
    if (trails.size() > MEMORY) {
      trails.removeLast();
    }
  }

  /** The places where the same was looked for before, in vain; the search is over. */
  List<String> found(int thread, String path) {
    Deque<Trail> trails = byThread.get(thread);
    if (trails == null) {
      return List.of();
    }
    Trail trail = take(trails, name(path));
    if (trail == null) {
      // Something else was got: what is older than that is no part of a search that goes on.
      if (!trails.isEmpty()) {
        trails.removeLast();
      }
      return List.of();
    }
    trail.inVain.remove(path); // it was made meanwhile
    return trail.inVain;
  }

  /** It does something else: no search goes on. */
  void over(int thread) {
    byThread.remove(thread);
  }

  private static @org.jspecify.annotations.Nullable Trail take(Deque<Trail> trails, String name) {
    for (Trail trail : trails) {
      if (trail.name.equals(name)) {
        trails.remove(trail);
        return trail;
      }
    }
    return null;
  }

  private static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
