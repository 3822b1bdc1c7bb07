package brig.web.cgi;

import brig.launch.LaunchOrder;
import brig.launch.LaunchOrder.JailMount;
import brig.launch.child.ChildOrder.Identity;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.MountTable;
import brig.linux.ProcessStatus;
import brig.linux.Stat;
import brig.spec.JailSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * What stands around a location's programs: the jail of the worker, read-only but for the places
 * that the configuration names, in mounts of their own; the default filter of system calls; a
 * Landlock fence. The same as around a service of a jailfile.
 */
public final class CgiJail {
  private static final int UMASK = 022;
  private static final String DEVICES = "/dev";
  private static final int BENEATH =
      Fd.RESOLVE_IN_ROOT | Fd.RESOLVE_NO_SYMLINKS | Fd.RESOLVE_NO_MAGICLINKS;

  private CgiJail() {}

  /**
   * Works it out.
   *
   * @param root the jail's directory on the host
   */
  public static LaunchOrder of(CgiPlace place, String root) throws LinuxException {
    int uid = ProcessStatus.effectiveUid();
    int gid = uid;
    List<Integer> groups = List.of();
    if (place.identity() instanceof Identity.As as) {
      uid = as.uid();
      gid = as.gid();
      groups = as.groups();
    } else if (place.identity() instanceof Identity.Alone alone) {
      gid = alone.gid();
    }
    return new LaunchOrder(
        place.location(),
        root,
        List.of(place.path()),
        Map.of(),
        "/",
        uid,
        gid,
        groups,
        false,
        List.of(),
        UMASK,
        Map.of(),
        new JailSpec.Namespaces(false, true, false),
        new JailSpec.Network(
            JailSpec.NetworkMode.HOST, List.of(), place.reach().connect(), List.of()),
        place.reach().seccomp(),
        JailSpec.Landlock.AUTO,
        mounts(place, root),
        List.of(),
        null,
        false,
        null);
  }

  private static List<JailMount> mounts(CgiPlace place, String root) throws LinuxException {
    List<JailMount> mounts = new ArrayList<>(mountedBelow(root));
    if (hasDevices(root)) {
      mounts.add(new JailMount.OwnDevices(DEVICES));
    }
    // A writable place takes the place of what is mounted there, with what lies in it.
    for (String inside : place.writable()) {
      mounts.removeIf(mount -> mount.inside().equals(inside));
      mounts.add(new JailMount.Writable(inside, root + inside));
    }
    mounts.sort(Comparator.comparing(JailMount::inside));
    return mounts;
  }

  /** The administrator has made it: devices in it are meant. */
  private static boolean hasDevices(String root) throws LinuxException {
    try (Fd jail = Fd.open(root, Fd.O_PATH | Fd.O_DIRECTORY);
        Fd devices = jail.openAt(DEVICES.substring(1), Fd.O_PATH, 0, BENEATH)) {
      return devices.stat().isDirectory();
    } catch (LinuxException e) {
      return switch (e.errno()) {
        case ENOENT, ENOTDIR, ELOOP -> false;
        default -> throw e;
      };
    }
  }

  /** File systems, directories and files that are mounted in the jail show there, read-only. */
  private static List<JailMount> mountedBelow(String root) throws LinuxException {
    List<JailMount> mounts = new ArrayList<>();
    for (MountTable.Mount mount : MountTable.mine()) {
      if (mount.point().startsWith(root + "/")) {
        String inside = mount.point().substring(root.length());
        Stat stat = Stat.of(mount.point());
        mounts.removeIf(hidden -> hidden.inside().equals(inside));
        if (stat != null && stat.type() == Stat.S_IFCHR) {
          mounts.add(new JailMount.HostDevice(inside, mount.point()));
        } else if (stat != null) {
          mounts.add(new JailMount.ReadOnly(inside, mount.point()));
        }
      }
    }
    return mounts;
  }
}
