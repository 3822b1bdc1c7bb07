package brig.web.file;

import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Which files have precompressed ones beside them, as far as was seen a moment ago. */
final class Siblings {
  private static final int MOST = 10_000;

  private record Seen(boolean some, long nanos) {}

  private final ConcurrentHashMap<String, Seen> seen = new ConcurrentHashMap<>();
  private volatile boolean any;

  boolean isFresh(String key) {
    @Nullable Seen last = seen.get(key);
    return last != null && System.nanoTime() - last.nanos() < FileCache.FRESH_NANOS;
  }

  boolean has(String key) {
    @Nullable Seen last = seen.get(key);
    return last != null && last.some();
  }

  void none(String key) {
    put(key, false);
  }

  void some(String key) {
    any = true;
    put(key, true);
  }

  private void put(String key, boolean some) {
    if (seen.size() > MOST) {
      seen.clear();
    }
    seen.put(key, new Seen(some, System.nanoTime()));
  }

  /** Whether a file here ever had one: then answers depend on what the client accepts. */
  boolean any() {
    return any;
  }
}
