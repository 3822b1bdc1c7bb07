package brig.hole.visit;

import brig.hole.session.Token;
import brig.hole.wire.Bytes;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Secrets and files that the pages of a wizard gave, until its job runs: in memory alone, never on
 * a disk, and never sent back. The visitor's session holds a random name for each. Where there is
 * no room the oldest goes, and its visitor is asked again.
 */
final class Pocket {
  private static final long MOST_BYTES = 32 << 20;
  private static final int MOST_ENTRIES = 10_000;

  private final long keptNanos;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private long bytes;

  private record Entry(Bytes content, long since) {}

  /**
   * An empty one.
   *
   * @param keptMillis how long each is kept
   */
  Pocket(long keptMillis) {
    this.keptNanos = keptMillis * 1_000_000;
  }

  /** Keeps it, and tells its name. */
  synchronized String put(Bytes content) {
    tidy();
    String name = Token.fresh().text();
    entries.put(name, new Entry(content, System.nanoTime()));
    bytes += content.length();
    Iterator<Entry> oldest = entries.values().iterator();
    while (bytes > MOST_BYTES || entries.size() > MOST_ENTRIES) {
      bytes -= oldest.next().content.length();
      oldest.remove();
    }
    return name;
  }

  /** What is kept under a name; null: it is not kept any more. */
  synchronized @Nullable Bytes get(String name) {
    Entry entry = entries.get(name);
    return entry == null || isOld(entry) ? null : entry.content;
  }

  synchronized void remove(String name) {
    Entry entry = entries.remove(name);
    if (entry != null) {
      bytes -= entry.content.length();
    }
  }

  /** Forgets what is too old. */
  synchronized void tidy() {
    Iterator<Entry> oldest = entries.values().iterator();
    while (oldest.hasNext()) {
      Entry entry = oldest.next();
      if (!isOld(entry)) {
        return;
      }
      bytes -= entry.content.length();
      oldest.remove();
    }
  }

  private boolean isOld(Entry entry) {
    return System.nanoTime() - entry.since > keptNanos;
  }
}
