package brig.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * What statx(2) tells of a file.
 *
 * @param mode type and permission bits, as in {@code st_mode}
 * @param size in bytes
 * @param modifiedNanos the time of the last change of content, in nanoseconds since 1970; likewise
 *     {@code changedNanos} for the inode
 * @param device the number of the file system's device, major in the upper 32 bits, minor in the
 *     lower; likewise {@code special} for what a device node stands for
 * @param blocks 512-byte blocks that it occupies: fewer than its size needs when it is sparse
 */
public record Stat(
    int mode,
    int uid,
    int gid,
    long size,
    long inode,
    long device,
    int links,
    long special,
    long modifiedNanos,
    long changedNanos,
    long blocks) {

  public static final int S_IFMT = 0xF000;
  public static final int S_IFSOCK = 0xC000;
  public static final int S_IFLNK = 0xA000;
  public static final int S_IFREG = 0x8000;
  public static final int S_IFBLK = 0x6000;
  public static final int S_IFDIR = 0x4000;
  public static final int S_IFCHR = 0x2000;
  public static final int S_IFIFO = 0x1000;

  private static final int STATX_BASIC_STATS = 0x7FF;
  private static final int STATX_SIZE = 256;
  private static final int ENOENT = -Errno.ENOENT.number();
  private static final int ENOTDIR = -Errno.ENOTDIR.number();

  public int type() {
    return mode & S_IFMT;
  }

  public boolean isDirectory() {
    return type() == S_IFDIR;
  }

  public boolean isFile() {
    return type() == S_IFREG;
  }

  public boolean isLink() {
    return type() == S_IFLNK;
  }

  /** A path of the host, its last link followed; null when it does not exist. */
  public static @Nullable Stat of(String path) throws LinuxException {
    return orNull(Kernel.AT_FDCWD, path, 0, path);
  }

  /** A path of the host, its last link not followed; null when it does not exist. */
  public static @Nullable Stat ofLink(String path) throws LinuxException {
    return orNull(Kernel.AT_FDCWD, path, Kernel.AT_SYMLINK_NOFOLLOW, path);
  }

  static @Nullable Stat orNull(int dirFd, String name, int flags, String full)
      throws LinuxException {
    return call(dirFd, name, flags, full, true);
  }

  static Stat at(int dirFd, String name, int flags, String full) throws LinuxException {
    Stat stat = call(dirFd, name, flags, full, false);
    if (stat == null) {
      throw new LinuxException("stat", full, Errno.ENOENT);
    }
    return stat;
  }

  private static @Nullable Stat call(
      int dirFd, String name, int flags, String full, boolean absentIsNull) throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      MemorySegment buffer = memory.bytes(STATX_SIZE);
      long cName = memory.name(name);
      long result = Kernel.statx(dirFd, cName, flags, STATX_BASIC_STATS, buffer.address());
      if (absentIsNull && (result == ENOENT || result == ENOTDIR)) {
        return null;
      }
      LinuxException.check(result, "stat", full);
      return read(buffer);
    }
  }

  /** Decodes {@code struct statx} of linux/stat.h. */
  static Stat read(MemorySegment s) {
    return new Stat(
        s.get(ValueLayout.JAVA_INT, 28) & 0xFFFF,
        s.get(ValueLayout.JAVA_INT, 20),
        s.get(ValueLayout.JAVA_INT, 24),
        s.get(ValueLayout.JAVA_LONG, 40),
        s.get(ValueLayout.JAVA_LONG, 32),
        device(s, 136),
        s.get(ValueLayout.JAVA_INT, 16),
        device(s, 128),
        nanos(s, 112),
        nanos(s, 96),
        s.get(ValueLayout.JAVA_LONG, 48));
  }

  private static long device(MemorySegment s, long at) {
    return (long) s.get(ValueLayout.JAVA_INT, at) << 32
        | (s.get(ValueLayout.JAVA_INT, at + 4) & 0xFFFFFFFFL);
  }

  private static long nanos(MemorySegment s, long at) {
    return s.get(ValueLayout.JAVA_LONG, at) * 1_000_000_000L + s.get(ValueLayout.JAVA_INT, at + 8);
  }
}
