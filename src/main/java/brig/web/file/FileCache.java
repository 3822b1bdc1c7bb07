package brig.web.file;

import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Small files, kept in memory as they were at a moment; looked at again when a second has gone by.
 */
public final class FileCache {
  static final long FRESH_NANOS = 1_000_000_000L;

  private final long mostBytes;
  private final long mostOfOne;
  private final ConcurrentHashMap<String, Kept> files = new ConcurrentHashMap<>();
  private final AtomicLong bytes = new AtomicLong();

  public FileCache(long mostBytes, long mostOfOne) {
    this.mostBytes = mostBytes;
    this.mostOfOne = mostOfOne;
  }

  /**
   * A file.
   *
   * @param body direct, to be duplicated
   * @param seenNanos when the file was last seen to be of that version
   */
  record Kept(Version version, ByteBuffer body, String type, long seenNanos) {
    boolean isFresh() {
      return System.nanoTime() - seenNanos < FRESH_NANOS;
    }
  }

  boolean takes(long size) {
    return size <= mostOfOne && size <= mostBytes;
  }

  @Nullable Kept get(String key) {
    return files.get(key);
  }

  void put(String key, Kept kept) {
    Kept before = files.put(key, kept);
    long change = kept.version().size() - (before == null ? 0 : before.version().size());
    if (bytes.addAndGet(change) > mostBytes) {
      shrink(key);
    }
  }

  void remove(String key) {
    Kept before = files.remove(key);
    if (before != null) {
      bytes.addAndGet(-before.version().size());
    }
  }

  private void shrink(String but) {
    Iterator<String> keys = files.keySet().iterator();
    while (bytes.get() > mostBytes && keys.hasNext()) {
      String key = keys.next();
      if (!key.equals(but)) {
        remove(key);
      }
    }
  }
}
