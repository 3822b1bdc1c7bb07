package brig.linux;

/** Floor 1 for files and what is made of them; see {@link Kernel} for how to read it. */
final class FileKernel {
  private static final boolean X86 = Architecture.current() == Architecture.X86_64;

  static final int AT_REMOVEDIR = 0x200;
  static final int SEEK_SET = 0;
  static final int SEEK_DATA = 3;
  static final int SEEK_HOLE = 4;
  static final int LOCK_EX = 2;
  static final int LOCK_NB = 4;

  /** {@code _IOW(0x94, 9, int)} of linux/fs.h, the same on both architectures; since Linux 4.5. */
  static final int FICLONE = 0x40049409;

  private FileKernel() {}

  private static long call(int x86, int aarch64, long a, long b, long c) {
    return Native.syscall(X86 ? x86 : aarch64, a, b, c, 0, 0, 0);
  }

  private static long call(int x86, int aarch64, long a, long b, long c, long d, long e, long f) {
    return Native.syscall(X86 ? x86 : aarch64, a, b, c, d, e, f);
  }

  static long lseek(int fd, long offset, int whence) {
    return call(8, 62, fd, offset, whence);
  }

  static long ioctl(int fd, long request, long argument) {
    return call(16, 29, fd, request, argument);
  }

  static long sendfile(int outFd, int inFd, long offset, long count) {
    return call(40, 71, outFd, inFd, offset, count, 0, 0);
  }

  /** Since Linux 4.5; between file systems of different types since 5.19 it is refused again. */
  static long copy_file_range(
      int inFd, long inOffset, int outFd, long outOffset, long length, int flags) {
    return call(326, 285, inFd, inOffset, outFd, outOffset, length, flags);
  }

  static long ftruncate(int fd, long length) {
    return call(77, 46, fd, length, 0);
  }

  static long fallocate(int fd, int mode, long offset, long length) {
    return call(285, 47, fd, mode, offset, length, 0, 0);
  }

  static long flock(int fd, int operation) {
    return call(73, 32, fd, operation, 0);
  }

  static long syncfs(int fd) {
    return call(306, 267, fd, 0, 0);
  }

  static long fsync(int fd) {
    return call(74, 82, fd, 0, 0);
  }

  static long fdatasync(int fd) {
    return call(75, 83, fd, 0, 0);
  }

  static long fstatfs(int fd, long buffer) {
    return call(138, 44, fd, buffer, 0);
  }

  static long fchmod(int fd, int mode) {
    return call(91, 52, fd, mode, 0);
  }

  static long fchown(int fd, int uid, int gid) {
    return call(93, 55, fd, uid, gid);
  }

  static long fchmodat(int dirFd, long path, int mode) {
    return call(268, 53, dirFd, path, mode);
  }

  static long fchownat(int dirFd, long path, int uid, int gid, int flags) {
    return call(260, 54, dirFd, path, uid, gid, flags, 0);
  }

  static long utimensat(int dirFd, long path, long times, int flags) {
    return call(280, 88, dirFd, path, times, flags, 0, 0);
  }

  static long flistxattr(int fd, long list, long size) {
    return call(196, 13, fd, list, size);
  }

  static long fgetxattr(int fd, long name, long value, long size) {
    return call(193, 10, fd, name, value, size, 0, 0);
  }

  static long getxattr(long path, long name, long value, long size) {
    return call(191, 8, path, name, value, size, 0, 0);
  }

  static long fsetxattr(int fd, long name, long value, long size, int flags) {
    return call(190, 7, fd, name, value, size, flags, 0);
  }

  static long mkdirat(int dirFd, long path, int mode) {
    return call(258, 34, dirFd, path, mode);
  }

  static long mknodat(int dirFd, long path, int mode, long device) {
    return call(259, 33, dirFd, path, mode, device, 0, 0);
  }

  static long symlinkat(long target, int dirFd, long path) {
    return call(266, 36, target, dirFd, path);
  }

  static long linkat(int oldFd, long oldPath, int newFd, long newPath, int flags) {
    return call(265, 37, oldFd, oldPath, newFd, newPath, flags, 0);
  }

  static long unlinkat(int dirFd, long path, int flags) {
    return call(263, 35, dirFd, path, flags);
  }

  static long renameat2(int oldFd, long oldPath, int newFd, long newPath, int flags) {
    return call(316, 276, oldFd, oldPath, newFd, newPath, flags, 0);
  }

  static int geteuid() {
    return (int) call(107, 175, 0, 0, 0);
  }
}
