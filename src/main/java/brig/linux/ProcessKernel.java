package brig.linux;

/** Floor 1 for processes and what surrounds them; see {@link Kernel} for how to read it. */
final class ProcessKernel {
  private static final boolean X86 = Architecture.current() == Architecture.X86_64;

  static final int P_PIDFD = 3;
  static final int WEXITED = 4;
  static final int WNOHANG = 1;
  static final int WNOWAIT = 0x01000000;
  static final int LOCK_EX = 2;
  static final int LOCK_NB = 4;
  static final int AT_REMOVEDIR = 0x200;

  private ProcessKernel() {}

  private static long call(int x86, int aarch64, long a, long b, long c, long d, long e) {
    return Native.syscall(X86 ? x86 : aarch64, a, b, c, d, e, 0);
  }

  static int getpid() {
    return (int) call(39, 172, 0, 0, 0, 0, 0);
  }

  static int geteuid() {
    return (int) call(107, 175, 0, 0, 0, 0, 0);
  }

  /** Since Linux 5.3. */
  static long pidfd_open(int pid, int flags) {
    return call(434, 434, pid, flags, 0, 0, 0);
  }

  /** Since Linux 5.1. */
  static long pidfd_send_signal(int pidfd, int signal) {
    return call(424, 424, pidfd, signal, 0, 0, 0);
  }

  static long kill(int pid, int signal) {
    return call(62, 129, pid, signal, 0, 0, 0);
  }

  /** Since Linux 5.6. */
  static long pidfd_getfd(int pidfd, int descriptor) {
    return call(438, 438, pidfd, descriptor, 0, 0, 0);
  }

  static long waitid(int idType, int id, long info, int options) {
    return call(247, 95, idType, id, info, options, 0);
  }

  /** A NULL signal mask; the timeout is a {@code struct timespec}, or 0 to wait for ever. */
  static long ppoll(long fds, int count, long timeout) {
    return call(271, 73, fds, count, timeout, 0, 0);
  }

  static long pipe2(long fds, int flags) {
    return call(293, 59, fds, flags, 0, 0, 0);
  }

  static long read(int fd, long buffer, long count) {
    return call(0, 63, fd, buffer, count, 0, 0);
  }

  static long flock(int fd, int operation) {
    return call(73, 32, fd, operation, 0, 0, 0);
  }

  static long mkdirat(int dirFd, long path, int mode) {
    return call(258, 34, dirFd, path, mode, 0, 0);
  }

  static long unlinkat(int dirFd, long path, int flags) {
    return call(263, 35, dirFd, path, flags, 0, 0);
  }

  static long renameat2(int oldFd, long oldPath, int newFd, long newPath, int flags) {
    return call(316, 276, oldFd, oldPath, newFd, newPath, flags);
  }

  static long fchmod(int fd, int mode) {
    return call(91, 52, fd, mode, 0, 0, 0);
  }
}
