package brig.plan.loader;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the host's administrator has set for glibc's loader: the cache, or its configuration. */
final class HostConfiguration {
  static final String CACHE = "/etc/ld.so.cache";

  private final HostFiles files;
  private boolean cacheRead;
  private @Nullable LdSoCache cache;
  private @Nullable List<String> directories;

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

  /** The directories of ld.so.conf. */
  List<String> directories() throws IOException {
    if (directories == null) {
      directories = LdSoConf.directories(files);
    }
    return directories;
  }
}
