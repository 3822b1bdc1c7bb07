package brig.launch.service;

import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.ProcessStatus;
import brig.linux.Stat;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which files processes have in their memory: programs and libraries. Asked by inode through
 * /proc/PID/map_files (proc_pid_map_files(5), for root alone): by path they could not be told, for
 * a jailed process has a root of its own, and the device that /proc/PID/maps prints is not the one
 * that stat(2) tells on Btrfs and overlayfs.
 */
public final class MappedFiles {
  /** What the kernel adds to the path of what has no name any more (proc_pid_fd(5)). */
  private static final String DELETED = " (deleted)";

  private final Set<Key> keys = new HashSet<>();

  private record Key(long device, long inode) {}

  private MappedFiles() {}

  /** Of all these processes together; one that has ended, or is not ours to look at, has none. */
  public static MappedFiles of(List<ProcessStatus> processes) {
    MappedFiles files = new MappedFiles();
    for (ProcessStatus process : processes) {
      String path = "/proc/" + process.pid() + "/map_files";
      try (Fd directory = Fd.open(path, Fd.O_RDONLY | Fd.O_DIRECTORY)) {
        for (String name : directory.list()) {
          Stat stat = Stat.of(path + "/" + name);
          if (stat != null) {
            files.keys.add(new Key(stat.device(), stat.inode()));
          }
        }
      } catch (LinuxException e) {
        // It has ended (ENOENT), or is another user's (EACCES, EPERM): what it has is not known.
      }
    }
    return files;
  }

  /**
   * What processes have in their memory that has no name on the host any more: files that were
   * mounted from there and then replaced, as an upgrade does it, or removed.
   *
   * @param root the jail's, as /proc/PID/root tells it
   * @return paths inside, sorted
   */
  public static List<String> replaced(List<ProcessStatus> processes, String root) {
    TreeSet<String> paths = new TreeSet<>();
    for (ProcessStatus process : processes) {
      String path = "/proc/" + process.pid() + "/map_files";
      try (Fd directory = Fd.open(path, Fd.O_RDONLY | Fd.O_DIRECTORY)) {
        for (String name : directory.list()) {
          Stat stat = Stat.of(path + "/" + name);
          if (stat != null && stat.links() == 0) {
            String inside = inside(Fd.readLink(path + "/" + name), root);
            if (inside != null) {
              paths.add(inside);
            }
          }
        }
      } catch (LinuxException e) {
        // As above.
      }
    }
    return List.copyOf(paths);
  }

  /** Null for what is no file of the jail's, such as shared memory. */
  private static @Nullable String inside(String link, String root) {
    if (!link.startsWith(root + "/")) {
      return null;
    }
    String path = link.substring(root.length());
    return path.endsWith(DELETED) ? path.substring(0, path.length() - DELETED.length()) : path;
  }

  public boolean contains(Stat stat) {
    return keys.contains(new Key(stat.device(), stat.inode()));
  }
}
