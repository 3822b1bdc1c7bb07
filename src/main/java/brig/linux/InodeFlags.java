package brig.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * The immutable flag of files and directories, as {@code chattr +i} sets it: ioctl_iflags(2). What
 * bears it cannot be written to, linked, renamed or removed, by root neither; a directory's names
 * stay as they are.
 */
public final class InodeFlags {
  // linux/fs.h: _IOR('f', 1, long) and _IOW('f', 2, long). In spite of that type the kernel reads
  // and writes an int.
  static final int FS_IOC_GETFLAGS = 0x80086601;
  static final int FS_IOC_SETFLAGS = 0x40086602;
  static final int FS_IMMUTABLE_FL = 0x10;

  private static final int READ = Fd.O_RDONLY | Fd.O_NONBLOCK | Fd.O_NOFOLLOW;

  private InodeFlags() {}

  /** Whether it bears the flag; false as well where the file system knows no flags. */
  public static boolean isImmutable(Fd file) throws LinuxException {
    long flags = get(file);
    if (isUnknown(flags)) {
      return false;
    }
    LinuxException.check(flags, "FS_IOC_GETFLAGS", file.path());
    return (flags & FS_IMMUTABLE_FL) != 0;
  }

  /** Whether a call was answered so because the file system has no flags. */
  public static boolean isUnknown(LinuxException e) {
    return isUnknown(-e.errno().number());
  }

  private static boolean isUnknown(long result) {
    // ENOTTY of a file system without this ioctl, EOPNOTSUPP and EINVAL of one without the flag.
    return result == -Errno.ENOTTY.number()
        || result == -Errno.EOPNOTSUPP.number()
        || result == -Errno.EINVAL.number();
  }

  /**
   * Sets or takes away the flag of an open file or directory (open for reading, not as a mere
   * path).
   *
   * @return false when it was so already
   * @throws LinuxException EPERM without CAP_LINUX_IMMUTABLE; see {@link #isUnknown} for file
   *     systems without flags
   */
  public static boolean setImmutable(Fd file, boolean on) throws LinuxException {
    int flags = (int) LinuxException.check(get(file), "FS_IOC_GETFLAGS", file.path());
    int wanted = on ? flags | FS_IMMUTABLE_FL : flags & ~FS_IMMUTABLE_FL;
    if (wanted == flags) {
      return false;
    }
    try (Scratch memory = Scratch.take()) {
      MemorySegment value = memory.bytes(8);
      value.set(ValueLayout.JAVA_INT, 0, wanted);
      LinuxException.check(
          FileKernel.ioctl(file.number(), FS_IOC_SETFLAGS, value.address()),
          "FS_IOC_SETFLAGS",
          file.path());
      return true;
    }
  }

  private static long get(Fd file) {
    try (Scratch memory = Scratch.take()) {
      MemorySegment value = memory.bytes(8);
      long result = FileKernel.ioctl(file.number(), FS_IOC_GETFLAGS, value.address());
      return result < 0 ? result : value.get(ValueLayout.JAVA_INT, 0) & 0x7FFFFFFFL;
    }
  }

  /** Opens a file or directory by its name so that its flag can be changed; no link is followed. */
  public static Fd open(Fd directory, String name) throws LinuxException {
    return directory.openAt(name, READ, 0, Fd.RESOLVE_BENEATH | Fd.RESOLVE_NO_SYMLINKS);
  }

  /**
   * Takes the flag away from a file that is to lose this name.
   *
   * @return the file, for {@link #restore} once the name is gone; null when it has no flag
   */
  static @Nullable Fd release(Fd directory, String name) throws LinuxException {
    Stat stat = directory.statAt(name);
    if (stat == null || !(stat.isFile() || stat.isDirectory())) {
      return null;
    }
    Fd file = open(directory, name);
    try {
      if (isImmutable(file)) {
        setImmutable(file, false);
        return file;
      }
    } catch (LinuxException e) {
      file.close();
      throw e;
    }
    file.close();
    return null;
  }

  /** Gives the flag back to a file that has other names still. */
  static void restore(Fd file) throws LinuxException {
    if (file.stat().links() > 0) {
      setImmutable(file, true);
    }
  }
}
