package brig.linux;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Names in an open directory: made, moved, removed. A name is one component, never a path, so that
 * nothing here can be led elsewhere by a link: the calls do not follow the last component.
 */
public final class Names {
  private static final int EEXIST = -Errno.EEXIST.number();
  private static final int ENOENT = -Errno.ENOENT.number();
  private static final int EISDIR = -Errno.EISDIR.number();
  private static final int EPERM = -Errno.EPERM.number();

  private Names() {}

  private static long name(Scratch memory, String name) {
    if (name.isEmpty() || name.equals(".") || name.equals("..") || name.indexOf('/') >= 0) {
      throw new IllegalArgumentException("not a name: " + name);
    }
    return memory.name(name);
  }

  private static void check(long result, String call, Fd directory, String name)
      throws LinuxException {
    if (result < 0) {
      LinuxException.check(result, call, directory.path() + "/" + name);
    }
  }

  /** A new file, open for writing; that there is one already is an error (EEXIST). */
  public static Fd create(Fd directory, String name, int mode) throws LinuxException {
    return create(directory, name, Fd.O_WRONLY, mode);
  }

  /** The same, open for reading too. */
  public static Fd createReadable(Fd directory, String name, int mode) throws LinuxException {
    return create(directory, name, Fd.O_RDWR, mode);
  }

  private static Fd create(Fd directory, String name, int access, int mode) throws LinuxException {
    int flags = access | Fd.O_CREAT | Fd.O_EXCL | Fd.O_NOFOLLOW | Fd.O_CLOEXEC;
    try (Scratch memory = Scratch.take()) {
      long result = Kernel.openat(directory.number(), name(memory, name), flags, mode);
      check(result, "create", directory, name);
      return new Fd((int) result, directory.path() + "/" + name);
    }
  }

  public static void mkdir(Fd directory, String name, int mode) throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      check(
          FileKernel.mkdirat(directory.number(), name(memory, name), mode),
          "mkdir",
          directory,
          name);
    }
  }

  /**
   * The same where there may be something of that name already.
   *
   * @return whether it was made
   */
  public static boolean mkdirIfAbsent(Fd directory, String name, int mode) throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      long result = FileKernel.mkdirat(directory.number(), name(memory, name), mode);
      if (result == EEXIST) {
        return false;
      }
      check(result, "mkdir", directory, name);
      return true;
    }
  }

  /**
   * A device node or a FIFO; the process's umask cuts the mode.
   *
   * @param mode Stat.S_IFCHR, S_IFBLK or S_IFIFO with permission bits
   */
  public static void mknod(Fd directory, String name, int mode, int major, int minor)
      throws LinuxException {
    // new_encode_dev of linux/kdev_t.h, which is what the system call takes.
    long device = (minor & 0xFFL) | (major & 0xFFFL) << 8 | (minor & 0xFFF00L) << 12;
    try (Scratch memory = Scratch.take()) {
      check(
          FileKernel.mknodat(directory.number(), name(memory, name), mode, device),
          "mknod",
          directory,
          name);
    }
  }

  public static void symlink(Fd directory, String name, String target) throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      check(
          FileKernel.symlinkat(memory.name(target), directory.number(), name(memory, name)),
          "symlink",
          directory,
          name);
    }
  }

  /** A second name for a file; a link is not followed. */
  public static void link(Fd fromDirectory, String from, Fd directory, String name)
      throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      check(
          FileKernel.linkat(
              fromDirectory.number(),
              name(memory, from),
              directory.number(),
              name(memory, name),
              0),
          "link",
          directory,
          name);
    }
  }

  /** Gives a new name; what has that name already is replaced in the same step. */
  public static void rename(Fd directory, String from, String to) throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      check(
          FileKernel.renameat2(
              directory.number(), name(memory, from), directory.number(), name(memory, to), 0),
          "rename",
          directory,
          to);
    }
  }

  /** The same from one directory to another of the same file system. */
  public static void move(Fd fromDirectory, String from, Fd directory, String to)
      throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      check(
          FileKernel.renameat2(
              fromDirectory.number(), name(memory, from), directory.number(), name(memory, to), 0),
          "rename",
          directory,
          to);
    }
  }

  /** Removes a name that is not a directory's; that there is none is no error. */
  public static void unlink(Fd directory, String name) throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      long result = FileKernel.unlinkat(directory.number(), name(memory, name), 0);
      if (result != ENOENT) {
        check(result, "unlink", directory, name);
      }
    }
  }

  /** Opens a directory that is in this one; a link in its place is refused (ENOTDIR). */
  public static Fd openDirectory(Fd directory, String name) throws LinuxException {
    int flags = Fd.O_RDONLY | Fd.O_DIRECTORY | Fd.O_NOFOLLOW | Fd.O_CLOEXEC;
    try (Scratch memory = Scratch.take()) {
      long result = Kernel.openat(directory.number(), name(memory, name), flags, 0);
      check(result, "open", directory, name);
      return new Fd((int) result, directory.path() + "/" + name);
    }
  }

  /** The same; null when there is nothing of that name. */
  public static @Nullable Fd openDirectoryIfThere(Fd directory, String name) throws LinuxException {
    return directory.statAt(name) == null ? null : openDirectory(directory, name);
  }

  /**
   * Removes whatever has the name, with all that is in it; links are not followed, and what is
   * mounted there is not entered (EXDEV). What is immutable is removed too; a file that is so and
   * has further names elsewhere stays so.
   */
  public static void removeTree(Fd directory, String name) throws LinuxException {
    long result = unlinkAny(directory, name, 0);
    if (result == EPERM && !isDirectory(directory, name)) {
      removeImmutable(directory, name);
      return;
    }
    // Linux says EISDIR, POSIX EPERM (unlink(2)), which Linux says of an immutable directory.
    if (result != EISDIR && result != EPERM) {
      if (result != ENOENT) {
        check(result, "unlink", directory, name);
      }
      return;
    }
    int flags = Fd.O_RDONLY | Fd.O_DIRECTORY | Fd.O_NOFOLLOW;
    int resolve = Fd.RESOLVE_NO_SYMLINKS | Fd.RESOLVE_NO_XDEV;
    try (Fd inside = directory.openAt(name, flags, 0, resolve)) {
      if (InodeFlags.isImmutable(inside)) {
        InodeFlags.setImmutable(inside, false);
      }
      List<String> names = inside.list();
      for (String child : names) {
        removeTree(inside, child);
      }
    }
    check(unlinkAny(directory, name, FileKernel.AT_REMOVEDIR), "rmdir", directory, name);
  }

  private static long unlinkAny(Fd directory, String name, int flags) {
    try (Scratch memory = Scratch.take()) {
      return FileKernel.unlinkat(directory.number(), name(memory, name), flags);
    }
  }

  private static boolean isDirectory(Fd directory, String name) throws LinuxException {
    Stat stat = directory.statAt(name);
    return stat != null && stat.isDirectory();
  }

  private static void removeImmutable(Fd directory, String name) throws LinuxException {
    try (Fd file = InodeFlags.release(directory, name)) {
      check(unlinkAny(directory, name, 0), "unlink", directory, name);
      if (file != null) {
        InodeFlags.restore(file);
      }
    }
  }
}
