package brig.web.parent;

import brig.launch.LaunchOrder.JailMount;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Stat;
import brig.tree.Change;
import brig.tree.MountPlan;
import brig.tree.MountPlan.Mount;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a worker sees before it goes in: what a Java program is made of and reads while it starts
 * (its own directory, libraries, /etc, the class path, /proc, four devices), and the directory that
 * becomes its root, each at the host's path, read-only, in a mount namespace of its own.
 */
final class WorkerTree {
  /** Of the top of the host; what is a link there is one here. */
  private static final List<String> SYSTEM =
      List.of("usr", "lib", "lib32", "lib64", "libx32", "bin", "sbin", "etc", "opt", "nix", "proc");

  private static final List<String> DEVICES = List.of("null", "zero", "random", "urandom");

  private final TreeMap<String, Change> made = new TreeMap<>();
  private final List<Mount> mounts = new ArrayList<>();

  private WorkerTree() {}

  /**
   * Works it out.
   *
   * @param places what is needed beside the system's own directories
   */
  static MountPlan of(List<HostPlace> places) throws LinuxException {
    WorkerTree tree = new WorkerTree();
    tree.made.put("/", new Change.MakeDirectory("/", 0755, 0, 0));
    tree.system();
    for (HostPlace place : places) {
      tree.add(place);
    }
    return new MountPlan(List.copyOf(tree.made.values()), tree.mounts);
  }

  /** What is laid over it: the devices are of use. */
  static List<JailMount> overlaid() {
    return List.of(new JailMount.OwnDevices("/dev"));
  }

  private void system() throws LinuxException {
    try (Fd top = Fd.open("/", Fd.O_RDONLY | Fd.O_DIRECTORY)) {
      for (String name : SYSTEM) {
        Stat stat = top.statAt(name);
        String path = "/" + name;
        if (stat == null) {
          continue;
        }
        if (stat.isLink()) {
          made.put(path, new Change.MakeLink(path, top.readLinkAt(name)));
        } else if (stat.isDirectory()) {
          mounts.add(new Mount(path, path, stat.device(), stat.inode(), true));
        }
      }
    }
    made.put("/dev", new Change.MakeDirectory("/dev", 0755, 0, 0));
    for (String name : DEVICES) {
      device("/dev/" + name, made);
    }
  }

  private static void device(String path, Map<String, Change> made) throws LinuxException {
    Stat stat = Stat.of(path);
    if (stat != null && stat.type() == Stat.S_IFCHR) {
      int major = (int) (stat.special() >>> 32);
      made.put(path, new Change.MakeDevice(path, false, major, (int) stat.special(), 0666));
    }
  }

  private void add(HostPlace place) {
    for (Mount mount : mounts) {
      if (place.isBelow(mount.path())) {
        return;
      }
    }
    String path = place.path();
    for (int end = path.indexOf('/', 1); end > 0; end = path.indexOf('/', end + 1)) {
      String above = path.substring(0, end);
      made.putIfAbsent(above, new Change.MakeDirectory(above, 0755, 0, 0));
    }
    // A place that was added lies below this one: what is above it must not be both made and
    // mounted.
    mounts.removeIf(mount -> mount.path().startsWith(path + "/"));
    made.keySet().removeIf(name -> name.equals(path) || name.startsWith(path + "/"));
    mounts.add(new Mount(path, path, place.device(), place.inode(), place.directory()));
  }
}
