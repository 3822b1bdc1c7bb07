package brig.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A mounted file system, as statfs(2) tells of it.
 *
 * @param freeBytes what a process without privileges may still use
 */
public record Volume(boolean readOnly, boolean noDevices, boolean noSetId, long freeBytes) {
  // statfs(2); f_flags is filled in since Linux 2.6.36.
  private static final int ST_RDONLY = 1;
  private static final int ST_NOSUID = 2;
  private static final int ST_NODEV = 4;
  private static final int STATFS_SIZE = 120;

  /** The file system on which an open file is. */
  public static Volume of(Fd file) throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      MemorySegment s = memory.bytes(STATFS_SIZE);
      LinuxException.check(FileKernel.fstatfs(file.number(), s.address()), "statfs", file.path());
      return read(s);
    }
  }

  /** Decodes {@code struct statfs} as 64-bit Linux lays it out (asm-generic/statfs.h). */
  static Volume read(MemorySegment s) {
    long flags = s.get(ValueLayout.JAVA_LONG, 80);
    return new Volume(
        (flags & ST_RDONLY) != 0,
        (flags & ST_NODEV) != 0,
        (flags & ST_NOSUID) != 0,
        s.get(ValueLayout.JAVA_LONG, 32) * s.get(ValueLayout.JAVA_LONG, 8));
  }

  /** Returns when all of the file system's data and names are on the disk (syncfs(2)). */
  public static void sync(Fd file) throws LinuxException {
    LinuxException.check(FileKernel.syncfs(file.number()), "syncfs", file.path());
  }

  /**
   * Locks an open file against every other opening of it; the lock ends with the descriptor,
   * whatever becomes of the process (flock(2)).
   *
   * @param wait wait for the present holder
   * @return false when another holds it and we do not wait
   */
  public static boolean lock(Fd file, boolean wait) throws LinuxException {
    int operation = FileKernel.LOCK_EX | (wait ? 0 : FileKernel.LOCK_NB);
    long result;
    do {
      result = FileKernel.flock(file.number(), operation);
    } while (result == -Errno.EINTR.number());
    if (result == -Errno.EAGAIN.number()) {
      return false;
    }
    LinuxException.check(result, "flock", file.path());
    return true;
  }
}
