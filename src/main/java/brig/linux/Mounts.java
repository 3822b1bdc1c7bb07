package brig.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Mounts held by descriptors, so that no path is followed twice: the mount API of Linux 5.2, with
 * mount_setattr(2) of 5.12.
 */
public final class Mounts {
  public static final int MOUNT_ATTR_RDONLY = 0x1;
  public static final int MOUNT_ATTR_NOSUID = 0x2;
  public static final int MOUNT_ATTR_NODEV = 0x4;
  public static final int MOUNT_ATTR_NOEXEC = 0x8;

  private static final int OPEN_TREE_CLONE = 1;
  private static final int MOVE_MOUNT_F_EMPTY_PATH = 0x04;
  private static final int MOVE_MOUNT_T_EMPTY_PATH = 0x40;
  private static final int FSOPEN_CLOEXEC = 1;
  private static final int FSMOUNT_CLOEXEC = 1;
  private static final int FSCONFIG_SET_STRING = 1;
  private static final int FSCONFIG_CMD_CREATE = 6;
  private static final int AT_RECURSIVE = 0x8000;
  private static final int MS_PRIVATE = 1 << 18;
  private static final int MS_SLAVE = 1 << 19;
  private static final int MNT_DETACH = 2;
  private static final int UMOUNT_NOFOLLOW = 8;
  static final int MOUNT_ATTR_SIZE = 32;

  private Mounts() {}

  /** A new mount of what the descriptor is open on, attached nowhere yet. */
  public static Fd copyOf(Fd place) throws LinuxException {
    return copyOf(place, 0);
  }

  /** The same, with all that is mounted below it. */
  public static Fd copyOfAll(Fd place) throws LinuxException {
    return copyOf(place, AT_RECURSIVE);
  }

  private static Fd copyOf(Fd place, int flags) throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      long fd =
          JailKernel.open_tree(
              place.number(),
              memory.name(""),
              OPEN_TREE_CLONE | Fd.O_CLOEXEC | Kernel.AT_EMPTY_PATH | flags);
      return Fd.of((int) LinuxException.check(fd, "open_tree", place.path()), place.path());
    }
  }

  /** A fresh tmpfs, attached nowhere yet; no size: half of the memory (tmpfs(5)). */
  public static Fd tmpfs(int mode, int uid, int gid, long sizeBytes, int attributes)
      throws LinuxException {
    try (Scratch memory = Scratch.take();
        Fd context = fsopen(memory, "tmpfs")) {
      configure(context, memory, "source", "brig");
      configure(context, memory, "mode", Integer.toOctalString(mode));
      configure(context, memory, "uid", Integer.toUnsignedString(uid));
      configure(context, memory, "gid", Integer.toUnsignedString(gid));
      if (sizeBytes > 0) {
        configure(context, memory, "size", Long.toString(sizeBytes));
      }
      LinuxException.check(
          JailKernel.fsconfig(context.number(), FSCONFIG_CMD_CREATE, 0, 0, 0), "fsconfig", "tmpfs");
      long fd = JailKernel.fsmount(context.number(), FSMOUNT_CLOEXEC, attributes);
      return Fd.of((int) LinuxException.check(fd, "fsmount", "tmpfs"), "tmpfs");
    }
  }

  /** A file system of a block device, attached nowhere yet. */
  static Fd fileSystem(String type, String device, int attributes) throws LinuxException {
    try (Scratch memory = Scratch.take();
        Fd context = fsopen(memory, type)) {
      configure(context, memory, "source", device);
      LinuxException.check(
          JailKernel.fsconfig(context.number(), FSCONFIG_CMD_CREATE, 0, 0, 0), "mount", device);
      long fd = JailKernel.fsmount(context.number(), FSMOUNT_CLOEXEC, attributes);
      return Fd.of((int) LinuxException.check(fd, "fsmount", device), device);
    }
  }

  private static Fd fsopen(Scratch memory, String type) throws LinuxException {
    long fd = JailKernel.fsopen(memory.name(type), FSOPEN_CLOEXEC);
    return Fd.of((int) LinuxException.check(fd, "fsopen", type), type);
  }

  private static void configure(Fd context, Scratch memory, String key, String value)
      throws LinuxException {
    LinuxException.check(
        JailKernel.fsconfig(
            context.number(), FSCONFIG_SET_STRING, memory.name(key), memory.name(value), 0),
        "fsconfig " + key,
        context.path());
  }

  /** Sets and clears MOUNT_ATTR_* of one mount. */
  public static void setAttributes(Fd mount, int set, int clear) throws LinuxException {
    setAttributes(mount, set, clear, 0, 0);
  }

  /**
   * Sets MOUNT_ATTR_* of a mount and of all below it, in one step; what is mounted on the host from
   * now on does not show there.
   */
  public static void sealAll(Fd mount, int set) throws LinuxException {
    setAttributes(mount, set, 0, MS_PRIVATE, AT_RECURSIVE);
  }

  private static void setAttributes(Fd mount, int set, int clear, int propagation, int flags)
      throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      MemorySegment attributes = attributes(memory, set, clear, propagation);
      LinuxException.check(
          JailKernel.mount_setattr(
              mount.number(),
              memory.name(""),
              Kernel.AT_EMPTY_PATH | flags,
              attributes.address(),
              MOUNT_ATTR_SIZE),
          "mount_setattr",
          mount.path());
    }
  }

  /** Nothing that is mounted here from now on shows in another mount namespace, nor back. */
  public static void makeAllPrivate() throws LinuxException {
    makeAll(MS_PRIVATE);
  }

  /** Nothing that is mounted here shows elsewhere; what is unmounted elsewhere goes here too. */
  public static void makeAllSlaves() throws LinuxException {
    makeAll(MS_SLAVE);
  }

  private static void makeAll(int propagation) throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      MemorySegment attributes = attributes(memory, 0, 0, propagation);
      LinuxException.check(
          JailKernel.mount_setattr(
              Kernel.AT_FDCWD,
              memory.name("/"),
              AT_RECURSIVE,
              attributes.address(),
              MOUNT_ATTR_SIZE),
          "mount_setattr",
          "/");
    }
  }

  // struct mount_attr { u64 attr_set, attr_clr, propagation, userns_fd; }
  static MemorySegment attributes(Scratch memory, long set, long clear, long propagation) {
    MemorySegment attributes = memory.bytes(MOUNT_ATTR_SIZE);
    attributes.set(ValueLayout.JAVA_LONG, 0, set);
    attributes.set(ValueLayout.JAVA_LONG, 8, clear);
    attributes.set(ValueLayout.JAVA_LONG, 16, propagation);
    return attributes;
  }

  /** Mounts what {@link #copyOf} or {@link #tmpfs} gave over what the other is open on. */
  public static void attach(Fd mount, Fd over) throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      long empty = memory.name("");
      LinuxException.check(
          JailKernel.move_mount(
              mount.number(),
              empty,
              over.number(),
              empty,
              MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH),
          "move_mount",
          over.path());
    }
  }

  /** The same over a name in a directory; a link of that name is not followed. */
  public static void attachAt(Fd mount, Fd directory, String name) throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      LinuxException.check(
          JailKernel.move_mount(
              mount.number(),
              memory.name(""),
              directory.number(),
              memory.name(name),
              MOVE_MOUNT_F_EMPTY_PATH),
          "move_mount",
          directory.path() + "/" + name);
    }
  }

  /** Takes what is mounted on a path away; it goes when nothing uses it any more. */
  public static void detach(String path) throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      LinuxException.check(
          JailKernel.umount2(memory.name(path), MNT_DETACH | UMOUNT_NOFOLLOW), "umount2", path);
    }
  }

  /** The same, unless something still uses it. */
  public static void unmountIfFree(String path) throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      long result = JailKernel.umount2(memory.name(path), UMOUNT_NOFOLLOW);
      if (result != -Errno.EBUSY.number()) {
        LinuxException.check(result, "umount2", path);
      }
    }
  }

  /**
   * Makes a mount the root of this thread's mount namespace and takes the old root away with all
   * that is mounted below it.
   */
  public static void pivotTo(Fd newRoot) throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      long dot = memory.name(".");
      LinuxException.check(JailKernel.fchdir(newRoot.number()), "fchdir", newRoot.path());
      // pivot_root(2), NOTES, "pivot_root(".", ".")": the old root comes to lie over the new one,
      // so no directory for it is needed, and the detached one is found at ".".
      LinuxException.check(JailKernel.pivot_root(dot, dot), "pivot_root", newRoot.path());
      LinuxException.check(JailKernel.umount2(dot, MNT_DETACH), "umount2", "the old root");
      LinuxException.check(JailKernel.chdir(memory.name("/")), "chdir", "/");
    }
  }
}
