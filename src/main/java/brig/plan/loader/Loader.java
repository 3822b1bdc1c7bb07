package brig.plan.loader;

import brig.plan.Host;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which libraries the loader would map for a file, and from where. Remembers what it has read. */
public final class Loader {
  public Loader(Host host) {
    throw new UnsupportedOperationException(host.machine());
  }

  /**
   * What is mapped when this program is executed, or this library is loaded by nobody in
   * particular.
   *
   * @return null when the file is not a dynamic ELF file of this host's machine
   */
  public @Nullable Libraries librariesOf(String file) throws IOException {
    return librariesOf(file, List.of());
  }

  /**
   * The same for a plugin that is loaded by dlopen(3).
   *
   * @param loadedBy the chain of files that load it, the executable last: their DT_RPATH counts,
   *     and what they have mapped already is found by its soname
   */
  public @Nullable Libraries librariesOf(String file, List<String> loadedBy) throws IOException {
    throw new UnsupportedOperationException(file + loadedBy);
  }
}
