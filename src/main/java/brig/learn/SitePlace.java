package brig.learn;

import brig.plan.FileStat;
import brig.plan.Host;
import brig.spec.JailSpec;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The directory on the host in which the places are that something is mounted on in the jail, by
 * the paths of the jail. Places of earlier mounts stay there: empty, and in the way of who asks.
 *
 * @param top the directory
 */
record SitePlace(Host host, String top, JailSpec.Late late) {
  private @Nullable FileStat stat(String path) {
    String root = late.root().value();
    if (late.samePaths() && (path.equals(root) || path.startsWith(root + "/"))) {
      return null; // the site itself
    }
    try {
      FileStat stat = host.lstat(top + path);
      return stat != null && stat.uid() == 0 ? stat : null;
    } catch (IOException unreadable) {
      return null;
    }
  }

  boolean isEmptyFile(String path) {
    FileStat stat = stat(path);
    return stat != null && stat.type() == FileStat.Type.FILE && stat.size() == 0;
  }

  boolean isDirectory(String path) {
    FileStat stat = stat(path);
    return stat != null && stat.type() == FileStat.Type.DIRECTORY;
  }

  boolean isEmptyDirectory(String path) {
    try {
      return isDirectory(path) && host.list(top + path).isEmpty();
    } catch (IOException unreadable) {
      return false;
    }
  }
}
