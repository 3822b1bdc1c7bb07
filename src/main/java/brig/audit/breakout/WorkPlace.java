package brig.audit.breakout;

import brig.launch.LaunchOrder;
import brig.launch.LaunchOrder.JailMount;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Stat;
import brig.report.BrigException;
import brig.report.Problem;
import brig.tree.MountPlan;
import brig.tree.MountedView;
import java.util.ArrayList;
import java.util.List;

/** Where in a jail the inner canary directory is laid over, in the puppets' mounts alone. */
public final class WorkPlace {
  private static final List<String> USUAL = List.of("/tmp", "/var/tmp", "/mnt", "/srv", "/run");
  private static final int NO_LINKS = Fd.RESOLVE_IN_ROOT | Fd.RESOLVE_NO_SYMLINKS;

  private WorkPlace() {}

  /** A directory that no other mount and not the working directory lies in. */
  public static String in(LaunchOrder order) throws BrigException, LinuxException {
    MountPlan mounted = order.mounted();
    try (MountedView view = mounted == null ? null : MountedView.of(mounted, order.root());
        Fd root = open(view == null ? order.root() : view.path() + "/.")) {
      List<String> candidates = new ArrayList<>(USUAL);
      List<String> top = new ArrayList<>(root.list());
      top.sort(null);
      for (String name : top) {
        candidates.add("/" + name);
      }
      for (String path : candidates) {
        if (isFree(path, order) && isDirectory(root, path)) {
          return path;
        }
      }
    }
    throw BrigException.refused(
        Problem.of("cannot try to break out of " + order.jail())
            .answered("no directory in the jail is free to work in")
            .remedy(
                "Make one: by [files] directories = [\"/mnt\"] in the jailfile, or, in a jail that"
                    + " is not built, the directory "
                    + order.root()
                    + "/mnt."));
  }

  private static Fd open(String root) throws LinuxException {
    return Fd.open(root, Fd.O_RDONLY | Fd.O_DIRECTORY | Fd.O_NOFOLLOW);
  }

  private static boolean isFree(String path, LaunchOrder order) {
    for (JailMount mount : order.mounts()) {
      boolean same = mount.inside().equals(path);
      boolean device =
          mount instanceof JailMount.OwnDevices || mount instanceof JailMount.HostDevice;
      if (mount.inside().startsWith(path + "/") || (same && device)) {
        return false;
      }
    }
    String working = order.workingDirectory();
    return !working.equals(path) && !working.startsWith(path + "/");
  }

  private static boolean isDirectory(Fd root, String path) throws LinuxException {
    try (Fd fd = root.openAt(path.substring(1), Fd.O_PATH, 0, NO_LINKS)) {
      return fd.stat().type() == Stat.S_IFDIR;
    } catch (LinuxException e) {
      return switch (e.errno()) {
        case ENOENT, ENOTDIR, ELOOP -> false;
        default -> throw e;
      };
    }
  }
}
