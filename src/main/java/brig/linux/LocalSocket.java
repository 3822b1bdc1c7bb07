package brig.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Unix stream sockets with a path (unix(7)), and who is at the other end of one. */
public final class LocalSocket {
  private static final int SO_PEERCRED = 17;
  private static final int SHUT_WR = 1;
  private static final int PATH_MAX = 108;
  private static final int ADDRESS_SIZE = 2 + PATH_MAX;
  private static final int EINTR = -Errno.EINTR.number();
  private static final int EAGAIN = -Errno.EAGAIN.number();
  private static final int ECONNABORTED = -Errno.ECONNABORTED.number();

  private LocalSocket() {}

  /** Who made a connection, as the kernel noted it then: numbers, whatever names they have. */
  public record Peer(int pid, int uid, int gid) {}

  /**
   * A socket that nothing was done to yet.
   *
   * @param type of SocketKernel, with flags; it is closed by an exec in any case
   * @param path for messages
   */
  static Fd open(int type, String path) throws LinuxException {
    long result = SocketKernel.socket(SocketKernel.AF_UNIX, type | SocketKernel.SOCK_CLOEXEC, 0);
    return Fd.of((int) LinuxException.check(result, "socket", path), path);
  }

  /** A socket that listens, whose calls do not wait. There must be nothing of that path. */
  public static Fd listen(String path) throws LinuxException {
    Fd socket = open(SocketKernel.SOCK_STREAM | SocketKernel.SOCK_NONBLOCK, path);
    try {
      bind(socket, path);
      LinuxException.check(
          SocketKernel.listen(socket.number(), SocketKernel.LONG_BACKLOG), "listen", path);
      return socket;
    } catch (LinuxException e) {
      socket.close();
      throw e;
    }
  }

  /** One that listens at an abstract name, which no file stands for (unix(7)). */
  public static Fd listenAbstract(String name) throws LinuxException {
    Fd socket = open(SocketKernel.SOCK_STREAM | SocketKernel.SOCK_NONBLOCK, name);
    try {
      byte[] text = name.getBytes(StandardCharsets.US_ASCII);
      byte[] address = new byte[3 + text.length]; // struct sockaddr_un
      address[0] = (byte) SocketKernel.AF_UNIX;
      System.arraycopy(text, 0, address, 3, text.length);
      long bound = RawCall.of("bind", socket.number(), address, address.length);
      LinuxException.check(bound, "bind", name);
      LinuxException.check(
          SocketKernel.listen(socket.number(), SocketKernel.LONG_BACKLOG), "listen", name);
      return socket;
    } catch (LinuxException e) {
      socket.close();
      throw e;
    }
  }

  /**
   * The same in an open directory, whose path may be longer than an address is.
   *
   * @param name one component
   */
  public static Fd listen(Fd directory, String name) throws LinuxException {
    return listen(addressIn(directory, name));
  }

  /** How an address names something in an open directory, whatever the length of its path. */
  static String addressIn(Fd directory, String name) {
    return "/proc/self/fd/" + directory.number() + "/" + name;
  }

  /** A connection to a socket that listens. */
  public static Fd connect(String path) throws LinuxException {
    return connected(SocketKernel.SOCK_STREAM, path, path);
  }

  /**
   * The same in an open directory, whose path may be longer than an address is. It does not wait,
   * nor do its calls: EAGAIN where the other's queue is full.
   *
   * @param name one component
   */
  public static Fd connectAtOnce(Fd directory, String name) throws LinuxException {
    return connected(
        SocketKernel.SOCK_STREAM | SocketKernel.SOCK_NONBLOCK,
        addressIn(directory, name),
        directory.path() + "/" + name);
  }

  static Fd connected(int type, String address, String path) throws LinuxException {
    Fd socket = open(type, path);
    try (Scratch memory = Scratch.take()) {
      long to = address(memory, "connect", address);
      long result;
      do {
        result = SocketKernel.connect(socket.number(), to, ADDRESS_SIZE);
      } while (result == EINTR);
      LinuxException.check(result, "connect", path);
      return socket;
    } catch (LinuxException e) {
      socket.close();
      throw e;
    }
  }

  static void bind(Fd socket, String address) throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      LinuxException.check(
          SocketKernel.bind(socket.number(), address(memory, "bind", address), ADDRESS_SIZE),
          "bind",
          socket.path());
    }
  }

  // struct sockaddr_un { u16 family; char path[108]; }, whose path ends at the first NUL
  private static long address(Scratch memory, String call, String path) throws LinuxException {
    byte[] name = FileNames.encode(path);
    if (name.length >= PATH_MAX) {
      throw new LinuxException(call, path, Errno.ENAMETOOLONG);
    }
    MemorySegment address = memory.bytes(ADDRESS_SIZE);
    address.set(ValueLayout.JAVA_SHORT, 0, (short) SocketKernel.AF_UNIX);
    MemorySegment.copy(name, 0, address, ValueLayout.JAVA_BYTE, 2, name.length);
    return address.address();
  }

  /** The next connection, whose calls do not wait; null when there is none. */
  public static @Nullable Fd accept(Fd socket) throws LinuxException {
    long result;
    do {
      result =
          SocketKernel.accept4(
              socket.number(), SocketKernel.SOCK_CLOEXEC | SocketKernel.SOCK_NONBLOCK);
    } while (result == EINTR || result == ECONNABORTED);
    return result == EAGAIN
        ? null
        : Fd.of(
            (int) LinuxException.check(result, "accept4", socket.path()),
            "a connection to " + socket.path());
  }

  // struct ucred { pid_t pid; uid_t uid; gid_t gid; }
  public static Peer peer(Fd connection) throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      MemorySegment found = memory.bytes(16);
      found.set(ValueLayout.JAVA_INT, 12, 12);
      LinuxException.check(
          SocketKernel.getsockopt(
              connection.number(),
              SocketKernel.SOL_SOCKET,
              SO_PEERCRED,
              found.address(),
              found.address() + 12),
          "getsockopt",
          connection.path());
      return new Peer(
          found.get(ValueLayout.JAVA_INT, 0),
          found.get(ValueLayout.JAVA_INT, 4),
          found.get(ValueLayout.JAVA_INT, 8));
    }
  }

  /** Nothing more will be sent; what comes is still read. */
  public static void endOutput(Fd connection) throws LinuxException {
    LinuxException.check(
        SocketKernel.shutdown(connection.number(), SHUT_WR), "shutdown", connection.path());
  }
}
