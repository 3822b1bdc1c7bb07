package brig.linux;

/**
 * Floor 1: system calls in C's terms. Each method bears the call's name and takes what its man page
 * says, addresses as {@code long}; each returns the kernel's answer, a negated errno from -4095 to
 * -1. Floor 2 turns that into exceptions. Numbers: asm/unistd_64.h and asm-generic/unistd.h.
 */
final class Kernel {
  private static final boolean X86 = Architecture.current() == Architecture.X86_64;

  static final int AT_FDCWD = -100;
  static final int AT_SYMLINK_NOFOLLOW = 0x100;
  static final int AT_EMPTY_PATH = 0x1000;

  private Kernel() {}

  private static int number(int x86, int aarch64) {
    return X86 ? x86 : aarch64;
  }

  private static long call(int number, long a, long b, long c) {
    return Native.syscall(number, a, b, c, 0, 0, 0);
  }

  private static long call(int number, long a, long b, long c, long d, long e) {
    return Native.syscall(number, a, b, c, d, e, 0);
  }

  private static final int READ = number(0, 63);

  static long read(int fd, long buffer, long count) {
    return call(READ, fd, buffer, count);
  }

  private static final int WRITE = number(1, 64);

  static long write(int fd, long buffer, long count) {
    return call(WRITE, fd, buffer, count);
  }

  private static final int PREAD64 = number(17, 67);

  static long pread64(int fd, long buffer, long count, long offset) {
    return call(PREAD64, fd, buffer, count, offset, 0);
  }

  private static final int CLOSE = number(3, 57);

  static long close(int fd) {
    return call(CLOSE, fd, 0, 0);
  }

  private static final int OPENAT2 = 437;

  /** Since Linux 5.6. */
  static long openat2(int dirFd, long path, long how, long size) {
    return call(OPENAT2, dirFd, path, how, size, 0);
  }

  private static final int OPENAT = number(257, 56);

  static long openat(int dirFd, long path, int flags, int mode) {
    return call(OPENAT, dirFd, path, flags, mode, 0);
  }

  private static final int STATX = number(332, 291);

  /** Since Linux 4.11. */
  static long statx(int dirFd, long path, int flags, int mask, long buffer) {
    return call(STATX, dirFd, path, flags, mask, buffer);
  }

  private static final int READLINKAT = number(267, 78);

  static long readlinkat(int dirFd, long path, long buffer, long size) {
    return call(READLINKAT, dirFd, path, buffer, size, 0);
  }

  private static final int GETDENTS64 = number(217, 61);

  static long getdents64(int fd, long buffer, long count) {
    return call(GETDENTS64, fd, buffer, count);
  }
}
