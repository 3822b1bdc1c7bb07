package brig.plan.packages;

import brig.plan.FileStat;
import brig.plan.Host;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * Directories of the host's root that have moved to /usr: /lib is a link to usr/lib. Packages list
 * a file below them under the one name or under the other.
 */
final class Merged {
  private final Host host;
  private final Map<String, Boolean> known = new HashMap<>();

  Merged(Host host) {
    this.host = host;
  }

  /** The other name of a path; the same where it has no other. */
  String alias(String path) throws IOException {
    if (path.startsWith("/usr/")) {
      int slash = path.indexOf('/', 5);
      return slash > 0 && isMerged(path.substring(4, slash)) ? path.substring(4) : path;
    }
    int slash = path.indexOf('/', 1);
    return slash > 0 && isMerged(path.substring(0, slash)) ? "/usr" + path : path;
  }

  private boolean isMerged(String top) throws IOException {
    Boolean merged = known.get(top);
    if (merged == null) {
      FileStat stat = host.lstat(top);
      String target = stat != null && stat.type() == FileStat.Type.LINK ? host.readLink(top) : "";
      merged = target.equals("usr" + top) || target.equals("/usr" + top);
      known.put(top, merged);
    }
    return merged;
  }
}
