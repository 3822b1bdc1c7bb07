package brig.launch;

import brig.launch.LaunchOrder.JailMount;
import brig.linux.Attributes;
import brig.linux.Errno;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Mounts;
import brig.linux.Names;
import brig.linux.Stat;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

  /** A mount that was made, open on its root. */
  record Mounted(JailMount what, Fd root) {}

  private final List<Fd> opened;
  private final List<Mounted> mounted = new ArrayList<>();
  private final Fd root;

  /**
   * Mounts the jail's root on itself and the order's mounts over it.
   *
   * @param opened takes every descriptor that is opened, for whoever closes them
   */
  JailTree(LaunchOrder order, List<Fd> opened) throws LinuxException {
    this.opened = opened;
    Fd directory = keep(Fd.open(order.root(), Fd.O_PATH | Fd.O_DIRECTORY | Fd.O_NOFOLLOW));
    // A mount of its own: the working directory of a process inside cannot be moved out of it from
    // outside (B05), pivot_root(2) wants one, and only a mount can be made read-only and nosuid.
    root = keep(Mounts.copyOf(directory));
    Mounts.setAttributes(root, READ_ONLY, 0);
    Mounts.attach(root, directory);
    for (JailMount mount : order.mounts()) {
      mounted.add(new Mounted(mount, mount(mount)));
    }
  }

  Fd root() {
    return root;
  }

  List<Mounted> mounted() {
    return mounted;
  }

  private Fd mount(JailMount mount) throws LinuxException {
    Fd point = point(mount);
    Fd tree =
        keep(
            switch (mount) {
              case JailMount.Writable(String inside, String outside) ->
                  copyOf(outside, true, DATA_ONLY, Mounts.MOUNT_ATTR_RDONLY);
              case JailMount.Temporary temporary ->
                  Mounts.tmpfs(
                      temporary.mode(),
                      temporary.uid(),
                      temporary.gid(),
                      temporary.sizeBytes(),
                      DATA_ONLY);
              case JailMount.ReadOnly(String inside, String outside) ->
                  copyOf(outside, false, READ_ONLY, 0);
              // Read-only holds for the directory; writing to a device is no change of the tree.
              case JailMount.OwnDevices(String inside) -> devices(Mounts.copyOf(point));
              case JailMount.HostDevice(String inside, String outside) -> devices(device(outside));
            });
    Mounts.attach(tree, point);
    return tree;
  }

  /** Where it is mounted: in the tree, or made in a temporary place that hides the tree's own. */
  private Fd point(JailMount mount) throws LinuxException {
    String path = relative(mount.inside());
    Mounted temporary = temporaryAbove(mount.inside());
    if (temporary != null) {
      makePoint(temporary, mount);
    }
    return keep(root.openAt(path, Fd.O_PATH, 0, BENEATH));
  }

  private @Nullable Mounted temporaryAbove(String inside) {
    Mounted deepest = null;
    for (Mounted above : mounted) {
      String place = above.what().inside();
      if (inside.startsWith(place.endsWith("/") ? place : place + "/")
          && (deepest == null || place.length() > deepest.what().inside().length())) {
        deepest = above;
      }
    }
    return deepest != null && deepest.what() instanceof JailMount.Temporary ? deepest : null;
  }

  /** Nobody but this thread has the new file system yet, and nothing in it is a link. */
  private void makePoint(Mounted temporary, JailMount mount) throws LinuxException {
    String path = mount.inside().substring(temporary.what().inside().length() + 1);
    Fd at = temporary.root();
    int from = 0;
    for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', from)) {
      at = makeDirectory(at, path.substring(from, slash));
      from = slash + 1;
    }
    String name = path.substring(from);
    if (isDirectory(mount)) {
      makeDirectory(at, name);
    } else if (at.statAt(name) == null) {
      Names.create(at, name, 0644).close();
    }
  }

  private Fd makeDirectory(Fd parent, String name) throws LinuxException {
    if (Names.mkdirIfAbsent(parent, name, 0700)) {
      Attributes.chmodAt(parent, name, 0755); // whatever our umask is
    }
    return keep(parent.openAt(name, Fd.O_PATH | Fd.O_DIRECTORY, 0, BENEATH));
  }

  private static boolean isDirectory(JailMount mount) throws LinuxException {
    return switch (mount) {
      case JailMount.Writable(String inside, String outside) -> directoryAt(outside);
      case JailMount.ReadOnly(String inside, String outside) -> directoryAt(outside);
      case JailMount.Temporary _, JailMount.OwnDevices _ -> true;
      case JailMount.HostDevice _ -> false;
    };
  }

  private static boolean directoryAt(String outside) throws LinuxException {
    Stat stat = Stat.of(outside);
    return stat == null || stat.isDirectory();
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
    try (Fd host = Fd.open("/", Fd.O_PATH | Fd.O_DIRECTORY);
        Fd place =
            host.openAt(
                relative(outside),
                Fd.O_PATH,
                0,
                strict ? BENEATH : Fd.RESOLVE_IN_ROOT | Fd.RESOLVE_NO_MAGICLINKS)) {
      Fd tree = keep(Mounts.copyOf(place));
      Mounts.setAttributes(tree, set, clear);
      return tree;
    }
  }

  private Fd device(String outside) throws LinuxException {
    try (Fd place = Fd.open(outside, Fd.O_PATH)) {
      int type = place.stat().type();
      if (type != Stat.S_IFCHR && type != Stat.S_IFBLK) {
        throw new LinuxException("open device", outside, Errno.ENODEV);
      }
      return keep(Mounts.copyOf(place));
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
