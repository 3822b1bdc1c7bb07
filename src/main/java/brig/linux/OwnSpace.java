package brig.linux;

import static brig.linux.ChildSteps.ANY_NUMBER;
import static brig.linux.ChildSteps.ANY_RESULT;
import static brig.linux.ChildSteps.ZERO;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * What a child does in a user namespace of its own: it writes down who it is there, and arranges
 * the mounts that were copied for it.
 */
final class OwnSpace {
  private static final boolean X86 = Architecture.current() == Architecture.X86_64;
  private static final int OPENAT = X86 ? 257 : 56;
  private static final int WRITE = X86 ? 1 : 64;
  private static final int MOUNT = X86 ? 165 : 40;
  private static final int O_WRONLY = 1;
  private static final int MS_BIND = 1 << 12;
  private static final int MS_REC = 1 << 14;
  private static final int MNT_DETACH = 2;
  private static final int AT_RECURSIVE = 0x8000;
  private static final int READ_ONLY =
      Mounts.MOUNT_ATTR_RDONLY | Mounts.MOUNT_ATTR_NOSUID | Mounts.MOUNT_ATTR_NODEV;
  private static final int DATA_ONLY =
      Mounts.MOUNT_ATTR_NOSUID | Mounts.MOUNT_ATTR_NODEV | Mounts.MOUNT_ATTR_NOEXEC;

  private OwnSpace() {}

  /** One user and one group are known, under their own numbers; both are read back. */
  static void become(ChildSteps list, int uid, int gid) {
    list.step("close", null, JailKernel.CLOSE, 0, 0, 0, 0, 0, ANY_RESULT);
    // Without a privilege outside groups can be mapped only by who cannot leave any.
    write(list, "/proc/self/setgroups", "deny");
    write(list, "/proc/self/uid_map", map(uid));
    write(list, "/proc/self/gid_map", map(gid));
    ChildIds.compareUids(list, uid);
    ChildIds.compareGids(list, gid);
  }

  private static String map(int id) {
    String own = Integer.toUnsignedString(id);
    return own + " " + own + " 1";
  }

  private static void write(ChildSteps list, String file, String text) {
    long path = list.cString(file);
    list.step("openat", file, OPENAT, Kernel.AT_FDCWD, path, O_WRONLY, 0, 0, ZERO);
    list.step("write", file, WRITE, 0, list.cString(text), text.length(), 0, 0, ANY_NUMBER);
    list.step("close", file, JailKernel.CLOSE, 0, 0, 0, 0, 0, ZERO);
  }

  /**
   * A link that somebody has put on the way to a writable place leads a mount elsewhere, but
   * nothing in: only what is below the directory is there afterwards.
   */
  static void mount(ChildSteps list, String directory, List<String> writable) {
    over(list, directory);
    attributes(list, directory, READ_ONLY, 0);
    for (String place : writable) {
      over(list, place);
      attributes(list, place, DATA_ONLY, Mounts.MOUNT_ATTR_RDONLY);
    }
    list.step("chdir", directory, JailKernel.CHDIR, list.cString(directory), 0, 0, 0, 0, ZERO);
    // The old root ends up on the new one and is taken away: pivot_root(2), "pivot_root(".", ".")".
    long here = list.cString(".");
    list.step("pivot_root", directory, JailKernel.PIVOT_ROOT, here, here, 0, 0, 0, ZERO);
    list.step("umount2", directory, JailKernel.UMOUNT2, here, MNT_DETACH, 0, 0, 0, ZERO);
  }

  private static void over(ChildSteps list, String directory) {
    long path = list.cString(directory);
    list.step("mount", directory, MOUNT, path, path, 0, MS_BIND | MS_REC, 0, ZERO);
  }

  private static void attributes(ChildSteps list, String directory, int set, int clear) {
    MemorySegment attributes = list.bytes(Mounts.MOUNT_ATTR_SIZE); // struct mount_attr
    attributes.set(ValueLayout.JAVA_LONG, 0, set);
    attributes.set(ValueLayout.JAVA_LONG, 8, clear);
    list.step(
        "mount_setattr",
        directory,
        JailKernel.MOUNT_SETATTR,
        Kernel.AT_FDCWD,
        list.cString(directory),
        AT_RECURSIVE,
        attributes.address(),
        Mounts.MOUNT_ATTR_SIZE,
        ZERO);
  }
}
