package brig.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/** Unix stream sockets with a path (unix(7)), and who is at the other end of one. */
public final class LocalSocket {
  private static final boolean X86 = Architecture.current() == Architecture.X86_64;
  private static final int AF_UNIX = 1;
  private static final int SOCK_STREAM = 1;
  private static final int SOCK_DGRAM = 2;
  private static final int SOL_SOCKET = 1;
  private static final int SO_PEERCRED = 17;
  private static final int PATH_MAX = 108;
  private static final int BACKLOG = 4096; // cut down to net.core.somaxconn by the kernel
  private static final int EINTR = -Errno.EINTR.number();
  private static final int EAGAIN = -Errno.EAGAIN.number();
  private static final int ECONNABORTED = -Errno.ECONNABORTED.number();

  private LocalSocket() {}

  /** Who made a connection, as the kernel noted it then: numbers, whatever names they have. */
  public record Peer(int pid, int uid, int gid) {}

  private static Fd socket(String path, int flags) throws LinuxException {
    long result =
        Native.syscall(X86 ? 41 : 198, AF_UNIX, SOCK_STREAM | Fd.O_CLOEXEC | flags, 0, 0, 0, 0);
    return Fd.of((int) LinuxException.check(result, "socket", path), path);
  }

  /** A socket that listens, whose calls do not wait. There must be nothing of that path. */
  public static Fd listen(String path) throws LinuxException {
    Fd socket = socket(path, Fd.O_NONBLOCK);
    try {
      address(X86 ? 49 : 200, "bind", socket, path);
      LinuxException.check(
          Native.syscall(X86 ? 50 : 201, socket.number(), BACKLOG, 0, 0, 0, 0), "listen", path);
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
    return listen("/proc/self/fd/" + directory.number() + "/" + name);
  }

  /** A socket that sends messages to another, such as /dev/log. */
  public static Fd datagrams(String path) throws LinuxException {
    long result =
        Native.syscall(
            X86 ? 41 : 198, AF_UNIX, SOCK_DGRAM | Fd.O_CLOEXEC | Fd.O_NONBLOCK, 0, 0, 0, 0);
    Fd socket = Fd.of((int) LinuxException.check(result, "socket", path), path);
    try {
      address(X86 ? 42 : 203, "connect", socket, path);
      return socket;
    } catch (LinuxException e) {
      socket.close();
      throw e;
    }
  }

  /** A connection to a socket that listens. */
  public static Fd connect(String path) throws LinuxException {
    Fd socket = socket(path, 0);
    try {
      address(X86 ? 42 : 203, "connect", socket, path);
      return socket;
    } catch (LinuxException e) {
      socket.close();
      throw e;
    }
  }

  // struct sockaddr_un { u16 family; char path[108]; }
  private static void address(int number, String call, Fd socket, String path)
      throws LinuxException {
    byte[] name = FileNames.encode(path);
    if (name.length >= PATH_MAX) {
      throw new LinuxException(call, path, Errno.ENAMETOOLONG);
    }
    try (Scratch memory = Scratch.take()) {
      MemorySegment address = memory.bytes(2 + PATH_MAX);
      address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_UNIX);
      MemorySegment.copy(name, 0, address, ValueLayout.JAVA_BYTE, 2, name.length);
      long result;
      do {
        result =
            Native.syscall(
                number, socket.number(), address.address(), 2 + name.length + 1L, 0, 0, 0);
      } while (result == EINTR);
      LinuxException.check(result, call, path);
    }
  }

  /** The next connection, whose calls do not wait; null when there is none. */
  public static @Nullable Fd accept(Fd socket) throws LinuxException {
    long result;
    do {
      result =
          Native.syscall(
              X86 ? 288 : 242, socket.number(), 0, 0, Fd.O_CLOEXEC | Fd.O_NONBLOCK, 0, 0);
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
          Native.syscall(
              X86 ? 55 : 209,
              connection.number(),
              SOL_SOCKET,
              SO_PEERCRED,
              found.address(),
              found.address() + 12,
              0),
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
        Native.syscall(X86 ? 48 : 210, connection.number(), 1, 0, 0, 0, 0),
        "shutdown",
        connection.path());
  }
}
