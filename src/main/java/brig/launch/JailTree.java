package brig.launch;

import brig.launch.LaunchOrder.JailMount;
import brig.linux.Errno;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Mounts;
import brig.linux.Names;
import brig.linux.Stat;
import brig.tree.MountPlan;
import brig.tree.MountedRoot;
import java.util.ArrayList;
import java.util.List;

/**
 * The jail's mounts, made in a mount namespace that the calling thread has to itself. Every place
 * is held by a descriptor: mount points are opened beneath the jail's root without following any
 * link, and mounted over by descriptor, so that nothing a service left in its writable places leads
 * a mount elsewhere.
 */
final class JailTree {
  private static final int BENEATH =
      Fd.RESOLVE_IN_ROOT | Fd.RESOLVE_NO_SYMLINKS | Fd.RESOLVE_NO_MAGICLINKS;
  private static final int READ_ONLY =
      Mounts.MOUNT_ATTR_RDONLY | Mounts.MOUNT_ATTR_NOSUID | Mounts.MOUNT_ATTR_NODEV;
  private static final int DATA_ONLY =
      Mounts.MOUNT_ATTR_NOSUID | Mounts.MOUNT_ATTR_NODEV | Mounts.MOUNT_ATTR_NOEXEC;
  private static final int DEVICES =
      Mounts.MOUNT_ATTR_RDONLY | Mounts.MOUNT_ATTR_NOSUID | Mounts.MOUNT_ATTR_NOEXEC;

  /** Room for the names on the way to the root, no more. */
  private static final long HALL_BYTES = 64 * 1024;

  /** A mount that was made, open on its root. */
  record Mounted(JailMount what, Fd root) {}

  private final List<Fd> opened;
  private final List<Mounted> mounted = new ArrayList<>();
  private final Fd hall;
  private final Fd root;

  /** The jail's directory on the host, which the hall covers. */
  private final Fd directory;

  private final String rootPath;

  /**
   * Mounts the jail's root in an empty hall, at the path that it has on the host, and the order's
   * mounts over it. The hall becomes the root of the mount namespace: a process that left its root
   * would stand in an empty, read-only directory; and /proc/PID/root names the jail's own path.
   *
   * @param opened takes every descriptor that is opened, for whoever closes them
   */
  JailTree(LaunchOrder order, List<Fd> opened) throws LinuxException {
    this.opened = opened;
    rootPath = order.root();
    directory = keep(Fd.open(rootPath, Fd.O_PATH | Fd.O_DIRECTORY | Fd.O_NOFOLLOW));
    // A mount of its own: the working directory of a process inside cannot be moved out of it from
    // outside (B05), pivot_root(2) wants one, and only a mount can be made read-only and nosuid.
    MountPlan mounted = order.mounted();
    root = keep(mounted == null ? Mounts.copyOf(directory) : MountedRoot.empty(mounted));
    if (rootPath.equals("/")) {
      // A tree that shows the host's paths, for a program that goes into one of them by itself:
      // there is no way to it, and nothing above it, so it is its own hall.
      hall = root;
      Mounts.attach(root, directory);
    } else {
      hall = keep(Mounts.tmpfs(0755, 0, 0, HALL_BYTES, DATA_ONLY));
      Mounts.attach(hall, directory);
      Mounts.attach(root, place(hall, order.root()));
      Mounts.setAttributes(hall, Mounts.MOUNT_ATTR_RDONLY, 0);
    }
    if (mounted == null) {
      Mounts.setAttributes(root, READ_ONLY, 0);
    } else {
      MountedRoot.fill(root, mounted);
    }
    for (JailMount mount : order.mounts()) {
      this.mounted.add(new Mounted(mount, mount(mount)));
    }
  }

  Fd hall() {
    return hall;
  }

  Fd root() {
    return root;
  }

  /** The directory of a path in the hall, made with all above it. */
  private Fd place(Fd hall, String path) throws LinuxException {
    Fd at = hall;
    for (int start = 1; start < path.length(); ) {
      int slash = path.indexOf('/', start);
      int end = slash < 0 ? path.length() : slash;
      String name = path.substring(start, end);
      Names.mkdir(at, name, 0755);
      at = keep(Names.openDirectory(at, name));
      start = end + 1;
    }
    return at;
  }

  List<Mounted> mounted() {
    return mounted;
  }

  private Fd mount(JailMount mount) throws LinuxException {
    Fd tree = treeOf(mount);
    opened.add(tree);
    Mounts.attach(tree, point(mount.inside(), tree.stat().isDirectory()));
    return tree;
  }

  // Not a switch over types: those are linked anew at every start (docs/decisions/0002).
  private Fd treeOf(JailMount mount) throws LinuxException {
    if (mount instanceof JailMount.Writable(String inside, String outside)) {
      return copyOf(outside, true, DATA_ONLY, Mounts.MOUNT_ATTR_RDONLY);
    }
    if (mount instanceof JailMount.Temporary temporary) {
      return Mounts.tmpfs(
          temporary.mode(), temporary.uid(), temporary.gid(), temporary.sizeBytes(), DATA_ONLY);
    }
    if (mount instanceof JailMount.ReadOnly(String inside, String outside)) {
      return copyOf(outside, false, READ_ONLY, 0);
    }
    if (mount instanceof JailMount.Lent(String inside, String outside)) {
      return copyOf(outside, true, READ_ONLY, 0);
    }
    if (mount instanceof JailMount.HostDevice(String inside, String outside)) {
      return devices(device(outside));
    }
    // OwnDevices. Read-only holds for the directory; writing to a device is no change of the tree.
    return devices(Mounts.copyOf(open(mount.inside())));
  }

  private Fd open(String inside) throws LinuxException {
    return keep(root.openAt(relative(inside), Fd.O_PATH, 0, BENEATH));
  }

  /**
   * The mount point, which the tree has, but below a temporary place: that one is empty, and nobody
   * but this thread has seen it, so what is missing there is made.
   */
  private Fd point(String inside, boolean directory) throws LinuxException {
    try {
      return open(inside);
    } catch (LinuxException e) {
      int slash = inside.lastIndexOf('/');
      if (e.errno() != Errno.ENOENT || slash <= 0 || !belowTemporary(inside)) {
        throw e;
      }
      Fd parent = point(inside.substring(0, slash), true);
      // A descriptor that is open as a mere path does to make names in it.
      String name = inside.substring(slash + 1);
      if (directory) {
        Names.mkdir(parent, name, 0755);
      } else {
        Names.create(parent, name, 0644).close();
      }
      return open(inside);
    }
  }

  /** The last mount above a path is a temporary one. */
  private boolean belowTemporary(String inside) {
    JailMount nearest = null;
    for (Mounted m : mounted) {
      String above = m.what().inside();
      if (inside.startsWith(above + "/")
          && (nearest == null || above.length() >= nearest.inside().length())) {
        nearest = m.what();
      }
    }
    return nearest instanceof JailMount.Temporary;
  }

  // The root is the mount point of "/" itself; openat2 wants a name.
  private static String relative(String inside) {
    String name = inside.startsWith("/") ? inside.substring(1) : inside;
    return name.isEmpty() ? "." : name;
  }

  /**
   * A writable place lies where its service could write at its last run: no link on the way to it
   * is followed. Other places are the administrator's, who may have links such as /var/run.
   */
  private Fd copyOf(String outside, boolean strict, int set, int clear) throws LinuxException {
    try (Fd place =
        outside.startsWith(rootPath + "/") ? covered(outside) : ofHost(outside, strict)) {
      Fd tree = Mounts.copyOf(place);
      Mounts.setAttributes(tree, set, clear);
      return tree;
    }
  }

  private static Fd ofHost(String outside, boolean strict) throws LinuxException {
    try (Fd host = Fd.open("/", Fd.O_PATH | Fd.O_DIRECTORY)) {
      int resolve = strict ? BENEATH : Fd.RESOLVE_IN_ROOT | Fd.RESOLVE_NO_MAGICLINKS;
      return host.openAt(relative(outside), Fd.O_PATH, 0, resolve);
    }
  }

  /**
   * Below the jail's own directory, as in mode "self": by its path, only the hall would be found.
   */
  private Fd covered(String outside) throws LinuxException {
    return directory.openAt(relative(outside.substring(rootPath.length())), Fd.O_PATH, 0, BENEATH);
  }

  private Fd device(String outside) throws LinuxException {
    try (Fd place = Fd.open(outside, Fd.O_PATH)) {
      int type = place.stat().type();
      if (type != Stat.S_IFCHR && type != Stat.S_IFBLK) {
        throw new LinuxException("open device", outside, Errno.ENODEV);
      }
      return Mounts.copyOf(place);
    }
  }

  private static Fd devices(Fd tree) throws LinuxException {
    Mounts.setAttributes(tree, DEVICES, Mounts.MOUNT_ATTR_NODEV);
    return tree;
  }

  private Fd keep(Fd fd) {
    opened.add(fd);
    return fd;
  }
}
