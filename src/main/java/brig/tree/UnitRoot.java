package brig.tree;

import brig.linux.Attributes;
import brig.linux.Errno;
import brig.linux.Fd;
import brig.linux.HostFiles;
import brig.linux.LinuxException;
import brig.linux.Names;
import brig.linux.ProcessStatus;
import brig.linux.Stat;
import java.util.HashSet;
import java.util.Set;

/**
 * The root of a jail in mode "bind" for a start that is not Brig's: what is made for the jail, on
 * disk, and an empty place for each thing of the host that systemd is to mount there. One for each
 * generation that a unit was printed of; a service that runs keeps the one that it was started in.
 *
 * <p>None is changed once it is made: whoever removes a place that something is mounted on takes
 * the mount away in every mount namespace (since Linux 3.18), from under a service that runs.
 */
public final class UnitRoot {
  private static final int MADE = 0755;

  private UnitRoot() {}

  /** Makes that of a generation unless it is there, and removes those that are long past. */
  public static String make(JailPaths paths, String jail, int generation, MountPlan plan)
      throws LinuxException {
    String roots = paths.unitRoots(jail);
    HostFiles.createDirectories(roots, 0755);
    String name = Integer.toString(generation);
    try (Fd above = Fd.open(roots, Fd.O_RDONLY | Fd.O_DIRECTORY | Fd.O_NOFOLLOW)) {
      Set<String> used = rootsOfProcesses();
      for (String old : above.list()) {
        Stat stat = above.statAt(old);
        boolean half = old.equals(name) && stat != null && (stat.mode() & 0777) != MADE;
        boolean past = olderThan(old, generation - 1);
        if (half || (past && stat != null && !used.contains(identity(stat)))) {
          Names.removeTree(above, old);
        }
      }
      if (above.statAt(name) == null) {
        Names.mkdir(above, name, 0700);
        try (Fd root = Names.openDirectory(above, name)) {
          MountedRoot.prepare(root, plan);
          Attributes.chmodAt(above, name, MADE);
        }
      }
    }
    return roots + "/" + name;
  }

  private static boolean olderThan(String name, int generation) {
    try {
      return Integer.parseInt(name) < generation;
    } catch (NumberFormatException e) {
      return false; // not of Brig
    }
  }

  private static Set<String> rootsOfProcesses() throws LinuxException {
    Set<String> roots = new HashSet<>();
    for (int pid : ProcessStatus.all()) {
      try {
        Stat root = Stat.of("/proc/" + pid + "/root");
        if (root != null) {
          roots.add(identity(root));
        }
      } catch (LinuxException e) {
        if (e.errno() != Errno.ESRCH && e.errno() != Errno.EACCES) { // it has ended; a stranger's
          throw e;
        }
      }
    }
    return roots;
  }

  private static String identity(Stat stat) {
    return stat.device() + ":" + stat.inode();
  }
}
