package brig.plan.packages;

import brig.plan.Host;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The package databases of a host: dpkg's, read as files, and rpm's, which only rpm itself can
 * read. A host has mostly one; where it has both, dpkg is asked first.
 *
 * <p>One search finds a thousand paths as fast as one: ask for all at once. A file that looks as it
 * did (inode, size and both times) is still of the package and version that it was: each unpacking
 * makes new inodes, so that only what changed need be asked for.
 */
public final class Packages {
  private final Host host;
  private final @Nullable RpmQuery rpm;

  private Packages(Host host, @Nullable RpmQuery rpm) {
    this.host = host;
    this.rpm = rpm;
  }

  /** dpkg's database alone: nothing is run. */
  public static Packages of(Host host) {
    return new Packages(host, null);
  }

  /**
   * The same, with rpm where the host has a database of it.
   *
   * @param host one that does not record: what its packages are called decides nothing of a plan
   */
  public static Packages of(Host host, RpmQuery rpm) {
    return new Packages(host, rpm);
  }

  /**
   * The packages of files and links of the host, by their absolute paths; those that no package has
   * brought are absent. Which of several packages a directory belongs to has no answer.
   *
   * @throws IOException when a database is there and cannot be read
   */
  public Map<String, Origin> origins(Collection<String> paths) throws IOException {
    Map<String, Origin> found = new HashMap<>();
    if (Dpkg.isOn(host)) {
      found.putAll(new Dpkg(host).origins(paths));
    }
    if (rpm != null && found.size() < paths.size() && Rpm.isOn(host)) {
      List<String> left = new ArrayList<>(paths);
      left.removeAll(found.keySet());
      found.putAll(new Rpm(host, rpm).origins(left));
    }
    return found;
  }

  /** The package of one path; null when none has brought it. */
  public @Nullable Origin origin(String path) throws IOException {
    return origins(List.of(path)).get(path);
  }
}
