package brig.tree;

import brig.linux.Attributes;
import brig.linux.Errno;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Mounts;
import brig.linux.Names;
import brig.linux.Stat;
import brig.tree.MountPlan.Mount;

/**
 * Puts a {@link MountPlan} together in a mount namespace that the calling thread has to itself: a
 * tmpfs with what is made, and over names in it files and directories of the host, each a mount of
 * its own. When all is there the whole tree is made read-only, nosuid and nodev in one step; nobody
 * but this thread has seen it before.
 *
 * <p>What is mounted is what the plan saw. A source is opened without following any link
 * (openat2(2), RESOLVE_NO_SYMLINKS) and compared by device and inode, and what is mounted is that
 * open place: a file that was swapped for a link, or for another file, since the plan makes the
 * start fail.
 */
public final class MountedRoot {
  /** A write to the host's file is no business of the jail's, nor is a set-id bit or a device. */
  public static final int SEALED =
      Mounts.MOUNT_ATTR_RDONLY | Mounts.MOUNT_ATTR_NOSUID | Mounts.MOUNT_ATTR_NODEV;

  /** What failed when a place of the host is not what the plan saw there. */
  public static final String SOURCE = "mount from the host";

  private static final int NO_LINKS = Fd.RESOLVE_NO_SYMLINKS | Fd.RESOLVE_NO_MAGICLINKS;

  private final MountPlan plan;
  private final Fd root;
  private final Fd host;

  private MountedRoot(MountPlan plan, Fd root, Fd host) {
    this.plan = plan;
    this.root = root;
    this.host = host;
  }

  /** An empty root, attached nowhere yet. */
  public static Fd empty(MountPlan plan) throws LinuxException {
    return Mounts.tmpfs(
        0755, 0, 0, plan.bytes(), Mounts.MOUNT_ATTR_NOSUID | Mounts.MOUNT_ATTR_NODEV);
  }

  /**
   * Fills and seals it.
   *
   * @param root what {@link #empty} gave, attached in this thread's mount namespace (only there can
   *     anything be mounted over its names)
   * @throws LinuxException of the call {@link #SOURCE} when the host has changed since the plan
   */
  public static void fill(Fd root, MountPlan plan) throws LinuxException {
    try (Fd host = Fd.open("/", Fd.O_PATH | Fd.O_DIRECTORY)) {
      new MountedRoot(plan, root, host).fill();
    }
  }

  /**
   * Makes all but the mounts, with an empty place for each of them: for somebody else who mounts.
   *
   * @param root an empty directory
   */
  static void prepare(Fd root, MountPlan plan) throws LinuxException {
    try (ParentDirectory parent = new ParentDirectory(root)) {
      make(plan, parent);
      for (Mount mount : plan.mounts()) {
        point(parent.of(mount.path()), ParentDirectory.name(mount.path()), mount.directory());
      }
    }
    finish(root, plan);
  }

  private void fill() throws LinuxException {
    try (ParentDirectory parent = new ParentDirectory(root)) {
      make(plan, parent);
      for (Mount mount : plan.mounts()) {
        mount(mount, parent.of(mount.path()), ParentDirectory.name(mount.path()));
      }
    }
    finish(root, plan);
    Mounts.sealAll(root, SEALED);
  }

  private static void make(MountPlan plan, ParentDirectory parent) throws LinuxException {
    for (Change change : plan.made()) {
      if (!change.path().equals("/")) {
        make(change, parent.of(change.path()), ParentDirectory.name(change.path()));
      }
    }
  }

  private static void finish(Fd root, MountPlan plan) throws LinuxException {
    if (plan.made().getFirst() instanceof Change.MakeDirectory top && top.path().equals("/")) {
      Attributes.chmodAt(root, ".", top.mode());
    }
  }

  // Not a switch over the types: that would be linked at run time, at every start.
  private static void make(Change change, Fd directory, String name) throws LinuxException {
    if (change instanceof Change.MakeDirectory d) {
      Names.mkdir(directory, name, 0700);
      own(directory, name, d.mode(), d.uid(), d.gid());
    } else if (change instanceof Change.MakeLink l) {
      Names.symlink(directory, name, l.target());
    } else if (change instanceof Change.WriteFile f) {
      try (Fd file = Names.create(directory, name, 0600)) {
        file.write(f.content());
      }
      own(directory, name, f.mode(), f.uid(), f.gid());
    } else if (change instanceof Change.MakeDevice d) {
      int type = d.block() ? Stat.S_IFBLK : Stat.S_IFCHR;
      Names.mknod(directory, name, type | 0600, d.major(), d.minor());
      own(directory, name, d.mode(), 0, 0);
    } else if (change instanceof Change.MakeFifo f) {
      Names.mknod(directory, name, Stat.S_IFIFO | 0600, 0, 0);
      own(directory, name, f.mode(), f.uid(), f.gid());
    } else if (change instanceof Change.MakeMountPoint p) {
      point(directory, name, p.directory());
    } else {
      throw new IllegalArgumentException("made elsewhere: " + change.path());
    }
  }

  private static void own(Fd directory, String name, int mode, int uid, int gid)
      throws LinuxException {
    if (uid != 0 || gid != 0) {
      Attributes.chownAt(directory, name, uid, gid);
    }
    Attributes.chmodAt(directory, name, mode);
  }

  private static void point(Fd directory, String name, boolean isDirectory) throws LinuxException {
    if (isDirectory) {
      Names.mkdir(directory, name, 0755);
    } else {
      Names.mknod(directory, name, Stat.S_IFREG | 0444, 0, 0);
    }
  }

  private void mount(Mount mount, Fd directory, String name) throws LinuxException {
    point(directory, name, mount.directory());
    try (Fd source = open(mount);
        Fd tree = mount.directory() ? Mounts.copyOfAll(source) : Mounts.copyOf(source)) {
      Mounts.attachAt(tree, directory, name);
    }
  }

  private Fd open(Mount mount) throws LinuxException {
    Fd source;
    try {
      source = host.openAt(mount.source().substring(1), Fd.O_PATH, 0, NO_LINKS);
    } catch (LinuxException e) {
      throw switch (e.errno()) {
        case ENOENT, ENOTDIR, ELOOP -> new LinuxException(SOURCE, mount.source(), e.errno());
        default -> e;
      };
    }
    Stat stat = source.stat();
    if (stat.device() == mount.device()
        && stat.inode() == mount.inode()
        && (mount.directory() ? stat.isDirectory() : stat.isFile())) {
      return source;
    }
    source.close();
    throw new LinuxException(SOURCE, mount.source(), Errno.ESTALE);
  }
}
