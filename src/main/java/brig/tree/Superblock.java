package brig.tree;

import brig.linux.Fd;
import brig.linux.LinuxException;
import org.jspecify.annotations.Nullable;

/**
 * What an ext4 file system says of itself: Documentation/filesystems/ext4, "Super Block".
 *
 * @param clean no error was noted in it
 * @param replayed nothing waits in its journal: it was unmounted, not cut off
 */
record Superblock(
    long blocks,
    long freeBlocks,
    long freeInodes,
    long blockSize,
    boolean clean,
    boolean replayed) {
  private static final int AT = 1024;
  private static final int SIZE = 1024;
  private static final int MAGIC = 0xEF53;
  private static final int ERROR_FS = 2;
  private static final int INCOMPAT_RECOVER = 4;
  private static final int INCOMPAT_64BIT = 0x80;

  /** Null when there is no ext4 file system in it. */
  static @Nullable Superblock read(Fd file) throws LinuxException {
    byte[] bytes = new byte[SIZE];
    return file.read(AT, bytes, 0, SIZE) == SIZE ? of(bytes) : null;
  }

  static @Nullable Superblock of(byte[] bytes) {
    int incompatible = (int) word(bytes, 0x60);
    boolean wide = (incompatible & INCOMPAT_64BIT) != 0;
    long shift = word(bytes, 0x18);
    if ((word(bytes, 0x38) & 0xFFFF) != MAGIC || shift > 6) {
      return null;
    }
    return new Superblock(
        word(bytes, 0x04) | (wide ? word(bytes, 0x150) << 32 : 0),
        word(bytes, 0x0C) | (wide ? word(bytes, 0x158) << 32 : 0),
        word(bytes, 0x10),
        1024L << shift,
        (word(bytes, 0x3A) & ERROR_FS) == 0,
        (incompatible & INCOMPAT_RECOVER) == 0);
  }

  private static long word(byte[] bytes, int at) {
    return (bytes[at] & 0xFFL)
        | (bytes[at + 1] & 0xFFL) << 8
        | (bytes[at + 2] & 0xFFL) << 16
        | (bytes[at + 3] & 0xFFL) << 24;
  }

  long bytes() {
    return blocks * blockSize;
  }

  /**
   * What files can take: the kernel keeps some blocks to itself (s_resv_clusters of
   * fs/ext4/super.c: a fiftieth of all, 4096 at the most).
   */
  long usableBytes() {
    return Math.max(0, freeBlocks - Math.min(blocks / 50, 4096)) * blockSize;
  }
}
