package brig.linux;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Small files of Brig's own on the host, outside of every jail. */
public final class HostFiles {
  private static final int EEXIST = -Errno.EEXIST.number();
  private static final int ENOENT = -Errno.ENOENT.number();

  private HostFiles() {}

  /** All bytes of a file, those of /proc included, whose size is not known before. */
  public static byte[] read(String path) throws LinuxException {
    try (Fd file = Fd.open(path, Fd.O_RDONLY)) {
      byte[] bytes = new byte[4096];
      int length = 0;
      while (true) {
        int count = file.read(length, bytes, length, bytes.length - length);
        length += count;
        if (length < bytes.length) {
          return Arrays.copyOf(bytes, length);
        }
        bytes = Arrays.copyOf(bytes, bytes.length * 2);
      }
    }
  }

  /** The same; null when there is no such file, or no such process any more. */
  public static byte @Nullable [] readOrNull(String path) throws LinuxException {
    try {
      return read(path);
    } catch (LinuxException e) {
      return switch (e.errno()) {
        case ENOENT, ENOTDIR, ESRCH -> null;
        default -> throw e;
      };
    }
  }

  /** Writes a file in one step: whoever reads it sees the old bytes or the new ones. */
  public static void replace(String path, byte[] bytes, int mode) throws LinuxException {
    String next = path + ".new";
    try (Fd file = Fd.open(next, Fd.O_WRONLY | Fd.O_CREAT | Fd.O_TRUNC | Fd.O_NOFOLLOW, mode)) {
      LinuxException.check(ProcessKernel.fchmod(file.number(), mode), "chmod", next);
      file.write(bytes);
    }
    rename(next, path);
  }

  public static void rename(String from, String to) throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      LinuxException.check(
          ProcessKernel.renameat2(
              Kernel.AT_FDCWD, memory.name(from), Kernel.AT_FDCWD, memory.name(to), 0),
          "rename",
          from);
    }
  }

  /** Makes a directory and those above it that are absent. */
  public static void createDirectories(String path, int mode) throws LinuxException {
    long result = mkdir(path, mode);
    int slash = path.lastIndexOf('/');
    if (result == ENOENT && slash > 0) {
      createDirectories(path.substring(0, slash), mode);
      result = mkdir(path, mode);
    }
    if (result != EEXIST) {
      LinuxException.check(result, "mkdir", path);
    }
  }

  private static long mkdir(String path, int mode) {
    try (Scratch memory = Scratch.take()) {
      return ProcessKernel.mkdirat(Kernel.AT_FDCWD, memory.name(path), mode);
    }
  }

  /**
   * Removes a file or a link.
   *
   * @return false when there was none
   */
  public static boolean delete(String path) throws LinuxException {
    return remove(path, 0);
  }

  /**
   * Removes a directory that is empty, or a cgroup's.
   *
   * @return false when there was none
   */
  public static boolean removeDirectory(String path) throws LinuxException {
    return remove(path, ProcessKernel.AT_REMOVEDIR);
  }

  private static boolean remove(String path, int flags) throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      long result = ProcessKernel.unlinkat(Kernel.AT_FDCWD, memory.name(path), flags);
      if (result == ENOENT) {
        return false;
      }
      LinuxException.check(result, "unlink", path);
      return true;
    }
  }

  /** Removes a directory with all that is in it, links not followed, mounts not entered. */
  public static void deleteTree(String path) throws LinuxException {
    Stat stat = Stat.ofLink(path);
    if (stat == null) {
      return;
    }
    if (stat.isDirectory()) {
      try (Fd directory = Fd.open(path, Fd.O_RDONLY | Fd.O_DIRECTORY | Fd.O_NOFOLLOW)) {
        for (String name : directory.list()) {
          deleteTree(path + "/" + name);
        }
      }
      remove(path, ProcessKernel.AT_REMOVEDIR);
    } else {
      delete(path);
    }
  }

  /**
   * Takes a lock that ends with the descriptor, whatever becomes of the process (flock(2)).
   *
   * @return null when somebody else holds it
   */
  public static @Nullable Fd lock(String path) throws LinuxException {
    Fd file = Fd.open(path, Fd.O_RDWR | Fd.O_CREAT | Fd.O_NOFOLLOW, 0600);
    long result = ProcessKernel.flock(file.number(), ProcessKernel.LOCK_EX | ProcessKernel.LOCK_NB);
    if (result == -Errno.EAGAIN.number()) {
      file.close();
      return null;
    }
    LinuxException.check(result, "flock", path);
    return file;
  }
}
