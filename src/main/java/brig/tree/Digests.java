package brig.tree;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the content of each file of a generation came to, by the path inside: told by those who
 * write the files, several at once. A file may have changed since the plan saw it, so that size and
 * time are those of the copy.
 */
final class Digests {
  private record Content(long size, long modifiedNanos, String sha256) {}

  private final Map<String, Content> contents = new ConcurrentHashMap<>();

  void put(String path, long size, long modifiedNanos, String sha256) {
    contents.put(path, new Content(size, modifiedNanos, sha256));
  }

  /** A file that is as the manifest of an earlier generation tells it. */
  void put(ManifestEntry same) {
    put(same.path(), same.size(), same.modifiedNanos(), String.valueOf(same.sha256()));
  }

  boolean has(String path) {
    return contents.containsKey(path);
  }

  String of(String path) {
    return content(path).sha256();
  }

  long size(String path) {
    return content(path).size();
  }

  long modified(String path) {
    return content(path).modifiedNanos();
  }

  private Content content(String path) {
    Content content = contents.get(path);
    if (content == null) {
      throw new IllegalStateException("nobody wrote " + path);
    }
    return content;
  }
}
