package brig.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;

/** TCP sockets that are opened outside and handed to a jailed service. */
public final class Sockets {
  private static final int SO_REUSEADDR = 2;
  private static final int IPPROTO_IPV6 = 41;
  private static final int IPV6_V6ONLY = 26;

  private Sockets() {}

  /**
   * A socket that listens.
   *
   * @param address numeric, such as {@code 0.0.0.0:80} or {@code [::]:80}; the latter takes no IPv4
   *     callers, so that both can be asked for
   */
  public static Fd listen(String address) throws LinuxException {
    int colon = address.lastIndexOf(':');
    String host = colon < 0 ? "" : address.substring(0, colon);
    boolean v6 = host.startsWith("[") && host.endsWith("]");
    byte[] ip = numeric(v6 ? host.substring(1, host.length() - 1) : host, v6 ? 16 : 4);
    int port = Integer.parseInt(address.substring(colon + 1));
    long result =
        SocketKernel.socket(
            v6 ? SocketKernel.AF_INET6 : SocketKernel.AF_INET,
            SocketKernel.SOCK_STREAM | SocketKernel.SOCK_CLOEXEC,
            0);
    Fd socket = Fd.of((int) LinuxException.check(result, "socket", address), address);
    try {
      set(socket, SocketKernel.SOL_SOCKET, SO_REUSEADDR);
      if (v6) {
        set(socket, IPPROTO_IPV6, IPV6_V6ONLY);
      }
      bind(socket, ip, port);
      long listening = SocketKernel.listen(socket.number(), SocketKernel.LONG_BACKLOG);
      LinuxException.check(listening, "listen", address);
      return socket;
    } catch (LinuxException e) {
      socket.close();
      throw e;
    }
  }

  /** Another descriptor of the same socket. */
  public static Fd copy(Fd socket) throws LinuxException {
    int fcntlDuplicate = 1030; // F_DUPFD_CLOEXEC
    long number = JailKernel.fcntl(socket.number(), fcntlDuplicate, 3);
    return Fd.of((int) LinuxException.check(number, "fcntl", socket.path()), socket.path());
  }

  /** The port that a socket is bound to. */
  public static int port(Fd socket) throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      MemorySegment address = memory.bytes(28);
      MemorySegment length = memory.bytes(4);
      length.set(ValueLayout.JAVA_INT, 0, 28);
      LinuxException.check(
          SocketKernel.getsockname(socket.number(), address.address(), length.address()),
          "getsockname",
          socket.path());
      return Integer.reverseBytes(address.get(ValueLayout.JAVA_INT, 0)) & 0xFFFF;
    }
  }

  private static byte[] numeric(String host, int length) {
    byte[] ip = InetAddress.ofLiteral(host).getAddress();
    if (ip.length != length) {
      throw new IllegalArgumentException("not an address of that kind: " + host);
    }
    return ip;
  }

  private static void set(Fd socket, int level, int option) throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      MemorySegment one = memory.bytes(4);
      one.set(ValueLayout.JAVA_INT, 0, 1);
      LinuxException.check(
          SocketKernel.setsockopt(socket.number(), level, option, one.address(), 4),
          "setsockopt",
          socket.path());
    }
  }

  // struct sockaddr_in: family 0, port 2 (big-endian), address 4; 16 bytes. struct sockaddr_in6:
  // family 0, port 2, flow 4, address 8, scope 24; 28 bytes.
  private static void bind(Fd socket, byte[] ip, int port) throws LinuxException {
    boolean v6 = ip.length == 16;
    int size = v6 ? 28 : 16;
    try (Scratch memory = Scratch.take()) {
      MemorySegment address = memory.bytes(size);
      int bigEndianPort = Integer.reverseBytes(port) >>> 16;
      address.set(
          ValueLayout.JAVA_INT,
          0,
          (v6 ? SocketKernel.AF_INET6 : SocketKernel.AF_INET) | bigEndianPort << 16);
      MemorySegment.copy(ip, 0, address, ValueLayout.JAVA_BYTE, v6 ? 8 : 4, ip.length);
      LinuxException.check(
          SocketKernel.bind(socket.number(), address.address(), size), "bind", socket.path());
    }
  }
}
