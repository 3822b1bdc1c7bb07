package brig.launch.jvm;

import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Stat;

/**
 * A place of the host as the kernel knows it.
 *
 * @param path without links on the way
 */
public record HostPlace(String path, long device, long inode, boolean directory) {
  /** Follows links once, now. */
  public static HostPlace of(String path) throws LinuxException {
    try (Fd fd = Fd.open(path, Fd.O_PATH)) {
      Stat stat = fd.stat();
      String real = Fd.readLink("/proc/self/fd/" + fd.number());
      return new HostPlace(real, stat.device(), stat.inode(), stat.isDirectory());
    }
  }

  boolean isBelow(String directory) {
    return path.equals(directory) || path.startsWith(directory + "/");
  }
}
