package brig.linux;

/** Floor 1 for confinement; see {@link Kernel} for how to read it. */
final class JailKernel {
  private static final boolean X86 = Architecture.current() == Architecture.X86_64;

  private JailKernel() {}

  private static long call(int number, long a, long b, long c, long d, long e) {
    return Native.syscall(number, a, b, c, d, e, 0);
  }

  private static int number(int x86, int aarch64) {
    return X86 ? x86 : aarch64;
  }

  static final int UNSHARE = number(272, 97);

  static long unshare(int flags) {
    return call(UNSHARE, flags, 0, 0, 0, 0);
  }

  static final int SETNS = number(308, 268);

  static long setns(int fd, int kind) {
    return call(SETNS, fd, kind, 0, 0, 0);
  }

  static final int UMOUNT2 = number(166, 39);

  static long umount2(long path, int flags) {
    return call(UMOUNT2, path, flags, 0, 0, 0);
  }

  static final int PIVOT_ROOT = number(155, 41);

  static long pivot_root(long newRoot, long putOld) {
    return call(PIVOT_ROOT, newRoot, putOld, 0, 0, 0);
  }

  static final int CHROOT = number(161, 51);

  static long chroot(long path) {
    return call(CHROOT, path, 0, 0, 0, 0);
  }

  static final int OPEN_TREE = 428;

  /** Since Linux 5.2, as are the five that follow. */
  static long open_tree(int dirFd, long path, int flags) {
    return call(OPEN_TREE, dirFd, path, flags, 0, 0);
  }

  static final int MOVE_MOUNT = 429;

  static long move_mount(int fromFd, long fromPath, int toFd, long toPath, int flags) {
    return call(MOVE_MOUNT, fromFd, fromPath, toFd, toPath, flags);
  }

  static final int FSOPEN = 430;

  static long fsopen(long type, int flags) {
    return call(FSOPEN, type, flags, 0, 0, 0);
  }

  static final int FSCONFIG = 431;

  static long fsconfig(int fd, int command, long key, long value, int aux) {
    return call(FSCONFIG, fd, command, key, value, aux);
  }

  static final int FSMOUNT = 432;

  static long fsmount(int fd, int flags, int attributes) {
    return call(FSMOUNT, fd, flags, attributes, 0, 0);
  }

  static final int MOUNT_SETATTR = 442;

  /** Since Linux 5.12. */
  static long mount_setattr(int dirFd, long path, int flags, long attr, long size) {
    return call(MOUNT_SETATTR, dirFd, path, flags, attr, size);
  }

  static final int CHDIR = number(80, 49);

  static long chdir(long path) {
    return call(CHDIR, path, 0, 0, 0, 0);
  }

  static final int FCHDIR = number(81, 50);

  static long fchdir(int fd) {
    return call(FCHDIR, fd, 0, 0, 0, 0);
  }

  static final int GETCWD = number(79, 17);

  /** The raw call returns the length with the NUL. */
  static long getcwd(long buffer, long size) {
    return call(GETCWD, buffer, size, 0, 0, 0);
  }

  static final int UMASK = number(95, 166);

  static long umask(int mask) {
    return call(UMASK, mask, 0, 0, 0, 0);
  }

  static final int SETGROUPS = number(116, 159);

  static long setgroups(int count, long list) {
    return call(SETGROUPS, count, list, 0, 0, 0);
  }

  static final int SETRESUID = number(117, 147);

  static long setresuid(int real, int effective, int saved) {
    return call(SETRESUID, real, effective, saved, 0, 0);
  }

  static final int GETRESUID = number(118, 148);

  /** The three ids are written as {@code int} to the three addresses. */
  static long getresuid(long real, long effective, long saved) {
    return call(GETRESUID, real, effective, saved, 0, 0);
  }

  static final int GETRESGID = number(120, 150);

  static long getresgid(long real, long effective, long saved) {
    return call(GETRESGID, real, effective, saved, 0, 0);
  }

  static final int GETGROUPS = number(115, 158);

  static long getgroups(int count, long list) {
    return call(GETGROUPS, count, list, 0, 0, 0);
  }

  static final int SETRESGID = number(119, 149);

  static long setresgid(int real, int effective, int saved) {
    return call(SETRESGID, real, effective, saved, 0, 0);
  }

  static final int PRCTL = number(157, 167);

  /** Unused arguments must be zero: several options check them. */
  static long prctl(int option, long a, long b) {
    return call(PRCTL, option, a, b, 0, 0);
  }

  static final int CAPGET = number(125, 90);

  static long capget(long header, long data) {
    return call(CAPGET, header, data, 0, 0, 0);
  }

  static final int CAPSET = number(126, 91);

  static long capset(long header, long data) {
    return call(CAPSET, header, data, 0, 0, 0);
  }

  static final int PRLIMIT64 = number(302, 261);

  static long prlimit64(int pid, int resource, long newLimit, long oldLimit) {
    return call(PRLIMIT64, pid, resource, newLimit, oldLimit, 0);
  }

  static final int SECCOMP = number(317, 277);

  static long seccomp(int operation, int flags, long args) {
    return call(SECCOMP, operation, flags, args, 0, 0);
  }

  static final int LANDLOCK_CREATE_RULESET = 444;

  /** Since Linux 5.13, as are the two that follow. */
  static long landlock_create_ruleset(long attr, long size, int flags) {
    return call(LANDLOCK_CREATE_RULESET, attr, size, flags, 0, 0);
  }

  static final int LANDLOCK_ADD_RULE = 445;

  static long landlock_add_rule(int fd, int type, long attr, int flags) {
    return call(LANDLOCK_ADD_RULE, fd, type, attr, flags, 0);
  }

  static final int LANDLOCK_RESTRICT_SELF = 446;

  static long landlock_restrict_self(int fd, int flags) {
    return call(LANDLOCK_RESTRICT_SELF, fd, flags, 0, 0, 0);
  }

  static final int CLOSE_RANGE = 436;

  /** Since Linux 5.9; CLOSE_RANGE_CLOEXEC since 5.11. */
  static long close_range(int first, int last, int flags) {
    return call(CLOSE_RANGE, first, last & 0xFFFFFFFFL, flags, 0, 0);
  }

  static final int DUP3 = number(292, 24);

  static long dup3(int from, int to, int flags) {
    return call(DUP3, from, to, flags, 0, 0);
  }

  static final int FCNTL = number(72, 25);

  static long fcntl(int fd, int command, long argument) {
    return call(FCNTL, fd, command, argument, 0, 0);
  }

  static final int IOCTL = number(16, 29);

  static long ioctl(int fd, long request, long argument) {
    return call(IOCTL, fd, request, argument, 0, 0);
  }

  static final int RT_SIGACTION = number(13, 134);

  static long rt_sigaction(int signal, long action, long old, long setSize) {
    return call(RT_SIGACTION, signal, action, old, setSize, 0);
  }

  static final int RT_SIGPROCMASK = number(14, 135);

  static long rt_sigprocmask(int how, long set, long old, long setSize) {
    return call(RT_SIGPROCMASK, how, set, old, setSize, 0);
  }

  static final int SETSID = number(112, 157);

  static long setsid() {
    return call(SETSID, 0, 0, 0, 0, 0);
  }

  static final int GETSID = number(124, 156);

  static long getsid(int pid) {
    return call(GETSID, pid, 0, 0, 0, 0);
  }

  static final int GETPPID = number(110, 173);

  static int getppid() {
    return (int) call(GETPPID, 0, 0, 0, 0, 0);
  }

  static final int EXECVE = number(59, 221);

  static long execve(long path, long argv, long environment) {
    return call(EXECVE, path, argv, environment, 0, 0);
  }

  static final int CLOSE = number(3, 57);

  static long close(int fd) {
    return call(CLOSE, fd, 0, 0, 0, 0);
  }

  static final int SYSLOG = number(103, 116);

  /** The kernel's log, syslog(2); not what syslog(3) writes. */
  static long syslog(int type, long buffer, int length) {
    return call(SYSLOG, type, buffer, length, 0, 0);
  }
}
