package brig.tree;

import brig.linux.Attributes;
import brig.linux.Fd;
import brig.linux.HostFiles;
import brig.linux.LinuxException;
import brig.linux.Names;

/**
 * The root of a jail in mode "bind" for a start that is not Brig's: what is made for the jail, on
 * disk, and an empty place for each thing of the host that systemd is to mount there. One for each
 * generation that a unit was printed of; a service that runs keeps the one that it was started in.
 */
public final class UnitRoot {
  private UnitRoot() {}

  /** Makes that of a generation anew. */
  public static String make(JailPaths paths, String jail, int generation, MountPlan plan)
      throws LinuxException {
    String roots = paths.unitRoots(jail);
    HostFiles.createDirectories(roots, 0755);
    String name = Integer.toString(generation);
    try (Fd above = Fd.open(roots, Fd.O_RDONLY | Fd.O_DIRECTORY | Fd.O_NOFOLLOW)) {
      for (String old : above.list()) {
        if (old.equals(name) || olderThan(old, generation - 1)) {
          Names.removeTree(above, old);
        }
      }
      Names.mkdir(above, name, 0700);
      try (Fd root = Names.openDirectory(above, name)) {
        MountedRoot.prepare(root, plan);
        Attributes.chmodAt(above, name, 0755);
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
}
