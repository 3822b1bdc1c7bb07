package brig.linux;

/** Floor 1 for sockets; see {@link Kernel} for how to read it. */
final class SocketKernel {
  private static final boolean X86 = Architecture.current() == Architecture.X86_64;

  static final int AF_UNIX = 1;
  static final int AF_INET = 2;
  static final int AF_INET6 = 10;
  static final int AF_NETLINK = 16;
  static final int SOCK_STREAM = 1;
  static final int SOCK_DGRAM = 2;
  static final int SOCK_RAW = 3;
  static final int SOCK_SEQPACKET = 5;
  static final int SOCK_CLOEXEC = Fd.O_CLOEXEC;
  static final int SOCK_NONBLOCK = Fd.O_NONBLOCK;
  static final int SOL_SOCKET = 1;
  static final int SCM_RIGHTS = 1;
  static final int SCM_CREDENTIALS = 2;
  static final int MSG_DONTWAIT = 0x40;
  static final int MSG_NOSIGNAL = 0x4000;

  /** What is received is closed by an exec (recvmsg(2)). */
  static final int MSG_CMSG_CLOEXEC = 0x40000000;

  /** As long as the kernel allows: it cuts down to net.core.somaxconn. */
  static final int LONG_BACKLOG = 4096;

  private SocketKernel() {}

  private static long call(int x86, int aarch64, long a, long b, long c, long d, long e) {
    return Native.syscall(X86 ? x86 : aarch64, a, b, c, d, e, 0);
  }

  static long socket(int family, int type, int protocol) {
    return call(41, 198, family, type, protocol, 0, 0);
  }

  /** Two ints at an address become its ends. */
  static long socketpair(int family, int type, int protocol, long pair) {
    return call(53, 199, family, type, protocol, pair, 0);
  }

  static long bind(int socket, long address, int size) {
    return call(49, 200, socket, address, size, 0, 0);
  }

  static long listen(int socket, int backlog) {
    return call(50, 201, socket, backlog, 0, 0, 0);
  }

  /** Does not tell the address. */
  static long accept4(int socket, int flags) {
    return call(288, 242, socket, 0, 0, flags, 0);
  }

  static long connect(int socket, long address, int size) {
    return call(42, 203, socket, address, size, 0, 0);
  }

  static long getsockname(int socket, long address, long size) {
    return call(51, 204, socket, address, size, 0, 0);
  }

  /** To wherever it is connected. */
  static long send(int socket, long bytes, int size, int flags) {
    return call(44, 206, socket, bytes, size, flags, 0);
  }

  static long sendmsg(int socket, long header, int flags) {
    return call(46, 211, socket, header, flags, 0, 0);
  }

  static long recvmsg(int socket, long header, int flags) {
    return call(47, 212, socket, header, flags, 0, 0);
  }

  static long setsockopt(int socket, int level, int option, long value, int size) {
    return call(54, 208, socket, level, option, value, size);
  }

  static long getsockopt(int socket, int level, int option, long value, long size) {
    return call(55, 209, socket, level, option, value, size);
  }

  static long shutdown(int socket, int how) {
    return call(48, 210, socket, how, 0, 0, 0);
  }
}
