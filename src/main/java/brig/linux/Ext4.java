package brig.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** ext4 file systems: mounted from a device, and made larger while they are mounted. */
public final class Ext4 {
  /** {@code _IOW('f', 16, __u64)} of fs/ext4/ext4.h, the same on both architectures. */
  static final int EXT4_IOC_RESIZE_FS = 0x40086610;

  private static final int FALLOCATE_DEFAULT = 0;

  private Ext4() {}

  /**
   * A mount of the file system on a device, attached nowhere yet.
   *
   * @param attributes MOUNT_ATTR_* of {@link Mounts}
   * @throws LinuxException EUCLEAN, EINVAL, EIO or EBADMSG when it is damaged
   */
  public static Fd mount(String device, int attributes) throws LinuxException {
    return Mounts.fileSystem("ext4", device, attributes);
  }

  /**
   * Makes a mounted file system larger.
   *
   * @param directory any of its directories, open for reading
   * @param blocks how many blocks it is to have
   */
  public static void grow(Fd directory, long blocks) throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      MemorySegment count = memory.bytes(8);
      count.set(ValueLayout.JAVA_LONG, 0, blocks);
      LinuxException.check(
          FileKernel.ioctl(directory.number(), EXT4_IOC_RESIZE_FS, count.address()),
          "EXT4_IOC_RESIZE_FS",
          directory.path());
    }
  }

  /**
   * Gives a file its size and, where the file system can, the room on the disk for all of it.
   *
   * @throws LinuxException ENOSPC when there is not that much room
   */
  public static void reserve(Fd file, long bytes) throws LinuxException {
    long result;
    do {
      result = FileKernel.fallocate(file.number(), FALLOCATE_DEFAULT, 0, bytes);
    } while (result == -Errno.EINTR.number());
    if (result == -Errno.EOPNOTSUPP.number()) {
      result = FileKernel.ftruncate(file.number(), bytes);
    }
    LinuxException.check(result, "fallocate", file.path());
  }
}
