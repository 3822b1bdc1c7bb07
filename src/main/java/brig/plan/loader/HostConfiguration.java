package brig.plan.loader;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the host's administrator has set for glibc's loader: the cache, or its configuration. */
final class HostConfiguration {
  static final String CACHE = "/etc/ld.so.cache";

  private final HostFiles files;
  private boolean cacheRead;
  private @Nullable LdSoCache cache;
  private @Nullable List<String> directories;
  private final Map<String, List<LdSoCache.Entry>> byName = new HashMap<>();

  HostConfiguration(HostFiles files) {
    this.files = files;
  }

  /** Null where there is none, or none that a loader could use. */
  @Nullable LdSoCache cache() throws IOException {
    if (!cacheRead) {
      byte[] bytes = files.bytes(CACHE);
      cache = bytes == null ? null : LdSoCache.parse(bytes);
      cacheRead = true;
    }
    return cache;
  }

  /** The cache's entries for a name; none without a cache. */
  List<LdSoCache.Entry> cached(String name) throws IOException {
    LdSoCache read = cache();
    if (read == null) {
      return List.of();
    }
    List<LdSoCache.Entry> entries = byName.get(name);
    if (entries == null) {
      entries = read.lookUp(name);
      byName.put(name, entries);
    }
    return entries;
  }

  /** The directories of ld.so.conf. */
  List<String> directories() throws IOException {
    if (directories == null) {
      directories = LdSoConf.directories(files);
    }
    return directories;
  }
}
