package brig.linux;

/**
 * The bytes of one file brought to another, by the cheapest way that both file systems know: shared
 * blocks (FICLONE), copied inside the kernel (copy_file_range, sendfile), holes left out.
 */
public final class Content {
  /** What one call may move: less than the kernel's own limit of 2 GiB minus a page. */
  private static final long MOST = 1L << 30;

  private static final int BUFFER = 128 * 1024;
  private static final int ENXIO = -Errno.ENXIO.number();

  private Content() {}

  /**
   * Makes {@code to}, which must be empty, share the blocks of {@code from} (ioctl_ficlone(2)).
   *
   * @return false when the two file systems cannot: nothing was changed
   */
  public static boolean share(Fd from, Fd to) throws LinuxException {
    long result = FileKernel.ioctl(to.number(), FileKernel.FICLONE, from.number());
    if (result >= 0) {
      return true;
    }
    return switch (Errno.of((int) -result)) {
      case EOPNOTSUPP, ENOTTY, EXDEV, EINVAL, ENOSYS, EPERM, ETXTBSY, EBADF -> false;
      default -> throw new LinuxException("share blocks of", from.path(), Errno.of((int) -result));
    };
  }

  /**
   * Copies {@code size} bytes, or fewer when {@code from} has become shorter. Holes stay holes.
   *
   * @return how many bytes {@code to} has now
   */
  public static long copy(Fd from, Fd to, long size) throws LinuxException {
    if (size == 0) {
      return 0;
    }
    long hole = FileKernel.lseek(from.number(), 0, FileKernel.SEEK_HOLE);
    // Where SEEK_HOLE is not known (EINVAL) there are no holes to be seen either.
    return hole < 0 || hole >= size ? copyRange(from, to, 0, size) : copySparse(from, to, size);
  }

  private static long copySparse(Fd from, Fd to, long size) throws LinuxException {
    long position = 0;
    while (position < size) {
      long data = FileKernel.lseek(from.number(), position, FileKernel.SEEK_DATA);
      if (data == ENXIO || data >= size) {
        break; // nothing but a hole up to the end
      }
      LinuxException.check(data, "lseek", from.path());
      long hole =
          LinuxException.check(
              FileKernel.lseek(from.number(), data, FileKernel.SEEK_HOLE), "lseek", from.path());
      long end = Math.min(hole, size);
      if (copyRange(from, to, data, end) < end) {
        return to.stat().size();
      }
      position = end;
    }
    LinuxException.check(FileKernel.ftruncate(to.number(), size), "truncate", to.path());
    return size;
  }

  /** Copies from {@code position} to {@code end}; returns where it stopped. */
  private static long copyRange(Fd from, Fd to, long position, long end) throws LinuxException {
    seek(from, position);
    if (position != 0) {
      seek(to, position);
    }
    Way way = Way.COPY_FILE_RANGE;
    long at = position;
    while (at < end) {
      long count = move(way, from, to, Math.min(end - at, MOST));
      if (count > 0) {
        at += count;
      } else if (count == 0) {
        // At the end; but some file systems (procfs) answer 0 to copy_file_range(2) too early.
        if (way == Way.READ_WRITE) {
          break;
        }
        way = Way.READ_WRITE;
      } else if (count != -Errno.EINTR.number()) {
        way = next(way, Errno.of((int) -count), to);
      }
    }
    return at;
  }

  /** Always: SEEK_HOLE and SEEK_DATA have moved the position. */
  private static void seek(Fd file, long position) throws LinuxException {
    LinuxException.check(
        FileKernel.lseek(file.number(), position, FileKernel.SEEK_SET), "lseek", file.path());
  }

  private enum Way {
    COPY_FILE_RANGE,
    SENDFILE,
    READ_WRITE
  }

  /** All three go on from the files' own positions, so that one can take over from another. */
  private static long move(Way way, Fd from, Fd to, long count) throws LinuxException {
    return switch (way) {
      case COPY_FILE_RANGE ->
          FileKernel.copy_file_range(from.number(), 0, to.number(), 0, count, 0);
      case SENDFILE -> FileKernel.sendfile(to.number(), from.number(), 0, count);
      case READ_WRITE -> readWrite(from, to, (int) Math.min(count, BUFFER));
    };
  }

  /** The way to try when one was refused; a failure of the disk is not a refusal. */
  private static Way next(Way way, Errno errno, Fd to) throws LinuxException {
    boolean refused =
        switch (errno) {
          case EXDEV, EINVAL, EOPNOTSUPP, ENOSYS, ETXTBSY, EPERM -> true;
          default -> false;
        };
    if (refused && way != Way.READ_WRITE) {
      return way == Way.COPY_FILE_RANGE ? Way.SENDFILE : Way.READ_WRITE;
    }
    throw new LinuxException("copy to", to.path(), errno);
  }

  private static long readWrite(Fd from, Fd to, int count) throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      long buffer = memory.bytes(count).address();
      long got = Kernel.read(from.number(), buffer, count);
      if (got <= 0) {
        return got == 0 ? 0 : LinuxException.check(got, "read", from.path());
      }
      long written = 0;
      while (written < got) {
        long result = Kernel.write(to.number(), buffer + written, got - written);
        if (result != -Errno.EINTR.number()) {
          written += LinuxException.check(result, "write", to.path());
        }
      }
      return got;
    }
  }
}
