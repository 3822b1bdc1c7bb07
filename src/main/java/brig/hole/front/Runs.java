package brig.hole.front;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The runs that somebody may ask for: a bounded number, for a bounded time. */
final class Runs {
  private static final int MOST = 500;
  private static final long MOST_TEXT = 32L << 20;

  /** A page that loads anew, or a connection that broke, comes back within this time. */
  private static final long LEFT_NANOS = TimeUnit.SECONDS.toNanos(30);

  private static final long KEPT_NANOS = TimeUnit.MINUTES.toNanos(15);

  private final SecureRandom random = new SecureRandom();
  private final Map<String, Run> runs = new LinkedHashMap<>();

  /** Keeps a run, and tells by which name it is found; null: there are too many. */
  synchronized @Nullable String add(Run run) {
    tidy();
    if (runs.size() >= MOST) {
      return null;
    }
    byte[] bytes = new byte[18];
    random.nextBytes(bytes);
    String id = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    runs.put(id, run);
    return id;
  }

  synchronized @Nullable Run find(String id) {
    return runs.get(id);
  }

  /** A visitor holds another token now: what was started with the old one stays the visitor's. */
  synchronized void passTo(String before, String after) {
    for (Run run : runs.values()) {
      run.passTo(before, after);
    }
  }

  /** Leaves what nobody looks at, and forgets what is over: the oldest first. */
  synchronized void tidy() {
    long text = 0;
    for (Run run : runs.values()) {
      text += run.size();
    }
    Iterator<Run> all = runs.values().iterator();
    while (all.hasNext()) {
      Run run = all.next();
      long unwatched = run.unwatchedNanos();
      if (!run.isOver()) {
        if (unwatched > LEFT_NANOS) {
          run.abandon();
        }
      } else if (unwatched > KEPT_NANOS
          || (unwatched > 0 && (text > MOST_TEXT || runs.size() >= MOST))) {
        text -= run.size();
        all.remove();
      }
    }
  }
}
