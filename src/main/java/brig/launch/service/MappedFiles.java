package brig.launch.service;

import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.ProcessStatus;
import brig.linux.Stat;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which files processes have in their memory: programs and libraries. Asked by inode through
 * /proc/PID/map_files (proc_pid_map_files(5), for root alone): by path they could not be told, for
 * a jailed process has a root of its own, and the device that /proc/PID/maps prints is not the one
 * that stat(2) tells on Btrfs and overlayfs.
 */
public final class MappedFiles {
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

  public boolean contains(Stat stat) {
    return keys.contains(new Key(stat.device(), stat.inode()));
  }
}
