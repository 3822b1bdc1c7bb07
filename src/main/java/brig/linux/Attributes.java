package brig.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Owner, mode, times and extended attributes of files. */
public final class Attributes {
  private static final long UTIME_OMIT = (1L << 30) - 2;
  private static final int TIMESPEC_SIZE = 16;
  private static final int NAMES_SIZE = 64 * 1024;
  private static final int EOPNOTSUPP = -Errno.EOPNOTSUPP.number();
  private static final int ENODATA = -Errno.ENODATA.number();
  private static final long NANOS = 1_000_000_000L;

  private Attributes() {}

  /** The user as whom this process makes files. */
  public static int effectiveUid() {
    return FileKernel.geteuid();
  }

  public static void chown(Fd file, int uid, int gid) throws LinuxException {
    LinuxException.check(FileKernel.fchown(file.number(), uid, gid), "chown", file.path());
  }

  /** Sets the permission bits; they are 07777 at most. */
  public static void chmod(Fd file, int mode) throws LinuxException {
    LinuxException.check(FileKernel.fchmod(file.number(), mode), "chmod", file.path());
  }

  /** Sets the time of the last change of content; that of the last reading stays. */
  public static void modified(Fd file, long nanos) throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      LinuxException.check(
          FileKernel.utimensat(file.number(), 0, times(memory, nanos), 0), "utimens", file.path());
    }
  }

  /** The owner of a name in a directory; a link's own when it is a link. */
  public static void chownAt(Fd directory, String name, int uid, int gid) throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      LinuxException.check(
          FileKernel.fchownat(
              directory.number(), memory.name(name), uid, gid, Kernel.AT_SYMLINK_NOFOLLOW),
          "chown",
          directory.path() + "/" + name);
    }
  }

  /**
   * The mode of a name in a directory. Follows a link (fchmodat2 with AT_SYMLINK_NOFOLLOW came with
   * Linux 6.6 only): for names that the caller has just made where nobody else can write.
   */
  public static void chmodAt(Fd directory, String name, int mode) throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      LinuxException.check(
          FileKernel.fchmodat(directory.number(), memory.name(name), mode),
          "chmod",
          directory.path() + "/" + name);
    }
  }

  /** The time of a name in a directory; a link's own when it is a link. */
  public static void modifiedAt(Fd directory, String name, long nanos) throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      LinuxException.check(
          FileKernel.utimensat(
              directory.number(),
              memory.name(name),
              times(memory, nanos),
              Kernel.AT_SYMLINK_NOFOLLOW),
          "utimens",
          directory.path() + "/" + name);
    }
  }

  /** {@code struct timespec[2]}: access, modification. */
  private static long times(Scratch memory, long nanos) {
    MemorySegment times = memory.bytes(2 * TIMESPEC_SIZE);
    times.set(ValueLayout.JAVA_LONG, 8, UTIME_OMIT);
    times.set(ValueLayout.JAVA_LONG, TIMESPEC_SIZE, Math.floorDiv(nanos, NANOS));
    times.set(ValueLayout.JAVA_LONG, TIMESPEC_SIZE + 8, Math.floorMod(nanos, NANOS));
    return times.address();
  }

  /** The names of the extended attributes; none where the file system knows none. */
  public static List<String> names(Fd file) throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      // flistxattr(2) with size 0 tells the size: mostly 0, and then nothing needs to be zeroed.
      long size = FileKernel.flistxattr(file.number(), 0, 0);
      if (size == 0 || size == EOPNOTSUPP) {
        return List.of();
      }
      MemorySegment list = memory.bytes(NAMES_SIZE);
      int length =
          (int)
              LinuxException.check(
                  FileKernel.flistxattr(file.number(), list.address(), NAMES_SIZE),
                  "listxattr",
                  file.path());
      byte[] bytes = new byte[length];
      MemorySegment.copy(list, ValueLayout.JAVA_BYTE, 0, bytes, 0, length);
      List<String> names = new ArrayList<>();
      int start = 0;
      for (int i = 0; i < length; i++) {
        if (bytes[i] == 0) {
          names.add(FileNames.decode(bytes, start, i));
          start = i + 1;
        }
      }
      return names;
    }
  }

  /** The value of an extended attribute; 64 KiB is the kernel's limit (xattr(7)). */
  public static byte[] value(Fd file, String name) throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      MemorySegment value = memory.bytes(NAMES_SIZE);
      int length =
          (int)
              LinuxException.check(
                  FileKernel.fgetxattr(
                      file.number(), memory.name(name), value.address(), NAMES_SIZE),
                  "getxattr " + name,
                  file.path());
      byte[] bytes = new byte[length];
      MemorySegment.copy(value, ValueLayout.JAVA_BYTE, 0, bytes, 0, length);
      return bytes;
    }
  }

  /**
   * The value of an extended attribute of what an O_PATH descriptor is open on, which fgetxattr(2)
   * refuses; null when there is none, or the file system knows none.
   */
  public static byte @Nullable [] valueOrNull(Fd place, String name) throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      long path = memory.name("/proc/self/fd/" + place.number());
      long cName = memory.name(name);
      // Size 0 asks for the size: mostly there is none, and nothing needs to be zeroed.
      long size = FileKernel.getxattr(path, cName, 0, 0);
      if (size == ENODATA || size == EOPNOTSUPP) {
        return null;
      }
      LinuxException.check(size, "getxattr " + name, place.path());
      MemorySegment value = memory.bytes(NAMES_SIZE);
      long length = FileKernel.getxattr(path, cName, value.address(), NAMES_SIZE);
      if (length == ENODATA) {
        return null;
      }
      LinuxException.check(length, "getxattr " + name, place.path());
      byte[] bytes = new byte[(int) length];
      MemorySegment.copy(value, ValueLayout.JAVA_BYTE, 0, bytes, 0, bytes.length);
      return bytes;
    }
  }

  public static void set(Fd file, String name, byte[] value) throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      MemorySegment bytes = memory.bytes(value.length);
      MemorySegment.copy(value, 0, bytes, ValueLayout.JAVA_BYTE, 0, value.length);
      LinuxException.check(
          FileKernel.fsetxattr(file.number(), memory.name(name), bytes.address(), value.length, 0),
          "setxattr " + name,
          file.path());
    }
  }
}
