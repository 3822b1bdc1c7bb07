package brig.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Unix sockets that carry messages, not streams: unix(7), SOCK_DGRAM. Java has none. A socket is
 * named relative to the directory that holds it, whatever the length of its path: sun_path has room
 * for 108 bytes.
 */
public final class Datagrams {
  private static final boolean X86 = Architecture.current() == Architecture.X86_64;
  private static final int AF_UNIX = 1;
  private static final int SOCK_DGRAM = 2;
  private static final int SOL_SOCKET = 1;
  private static final int SO_PASSCRED = 16;
  private static final int SCM_CREDENTIALS = 2;
  private static final int MSG_DONTWAIT = 0x40;
  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int ADDRESS_SIZE = 110;
  private static final int EAGAIN = -Errno.EAGAIN.number();
  private static final int EINTR = -Errno.EINTR.number();

  /** More than any line of a log; what is longer is cut off by the kernel. */
  private static final int LARGEST = 16 * 1024;

  private Datagrams() {}

  /**
   * What came.
   *
   * @param pid of who sent it, as this process sees it; 0: not known
   */
  public record Message(byte[] bytes, int pid, int uid) {}

  /**
   * Makes a socket that others can send to, in place of one of that name.
   *
   * @param mode of the name: who may write to it may send
   */
  public static Fd bind(String directory, String name, int mode) throws LinuxException {
    String path = directory + "/" + name;
    HostFiles.delete(path);
    Fd socket = socket(path);
    try (Fd at = Fd.open(directory, Fd.O_PATH | Fd.O_DIRECTORY);
        Scratch memory = Scratch.take()) {
      MemorySegment one = memory.bytes(4);
      one.set(ValueLayout.JAVA_INT, 0, 1);
      LinuxException.check(
          Native.syscall(
              X86 ? 54 : 208, socket.number(), SOL_SOCKET, SO_PASSCRED, one.address(), 4, 0),
          "setsockopt",
          path);
      MemorySegment address = address(memory, at, name);
      LinuxException.check(
          Native.syscall(X86 ? 49 : 200, socket.number(), address.address(), ADDRESS_SIZE, 0, 0, 0),
          "bind",
          path);
      Attributes.chmodAt(at, name, mode);
      return socket;
    } catch (LinuxException e) {
      socket.close();
      throw e;
    }
  }

  /** A socket whose messages go to that of the path; throws when nobody has it. */
  public static Fd connect(String directory, String name) throws LinuxException {
    String path = directory + "/" + name;
    Fd socket = socket(path);
    try (Fd at = Fd.open(directory, Fd.O_PATH | Fd.O_DIRECTORY);
        Scratch memory = Scratch.take()) {
      MemorySegment address = address(memory, at, name);
      LinuxException.check(
          Native.syscall(X86 ? 42 : 203, socket.number(), address.address(), ADDRESS_SIZE, 0, 0, 0),
          "connect",
          path);
      return socket;
    } catch (LinuxException e) {
      socket.close();
      throw e;
    }
  }

  /**
   * Sends a message and does not wait for room.
   *
   * @return false when there was none
   */
  public static boolean send(Fd connected, byte[] message) throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      MemorySegment bytes = memory.bytes(message.length);
      MemorySegment.copy(message, 0, bytes, ValueLayout.JAVA_BYTE, 0, message.length);
      long result;
      do {
        result =
            Native.syscall(
                X86 ? 44 : 206,
                connected.number(),
                bytes.address(),
                message.length,
                MSG_DONTWAIT | MSG_NOSIGNAL,
                0,
                0);
      } while (result == EINTR);
      if (result == EAGAIN) {
        return false;
      }
      LinuxException.check(result, "send", connected.path());
      return true;
    }
  }

  /** The next message; null when there is none now. */
  public static @Nullable Message receive(Fd socket) throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      MemorySegment buffer = memory.bytes(LARGEST);
      MemorySegment vector = memory.bytes(16);
      MemorySegment control = memory.bytes(64);
      MemorySegment header = memory.bytes(56);
      vector.set(ValueLayout.JAVA_LONG, 0, buffer.address());
      vector.set(ValueLayout.JAVA_LONG, 8, LARGEST);
      header.set(ValueLayout.JAVA_LONG, 16, vector.address());
      header.set(ValueLayout.JAVA_LONG, 24, 1);
      header.set(ValueLayout.JAVA_LONG, 32, control.address());
      header.set(ValueLayout.JAVA_LONG, 40, 64);
      long result;
      do {
        result =
            Native.syscall(
                X86 ? 47 : 212,
                socket.number(),
                header.address(),
                MSG_DONTWAIT | DescriptorMail.MSG_CMSG_CLOEXEC,
                0,
                0,
                0);
      } while (result == EINTR);
      if (result == EAGAIN) {
        return null;
      }
      int length = (int) LinuxException.check(result, "recvmsg", socket.path());
      byte[] bytes = new byte[length];
      MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, bytes, 0, length);
      int received = (int) Math.min(64, header.get(ValueLayout.JAVA_LONG, 40));
      return new Message(bytes, sender(control, received, 16), sender(control, received, 20));
    }
  }

  // struct cmsghdr { u64 len; int level, type; } and struct ucred { int pid, uid, gid; }
  private static int sender(MemorySegment control, int length, int at) {
    boolean told =
        length >= 28
            && control.get(ValueLayout.JAVA_INT, 8) == SOL_SOCKET
            && control.get(ValueLayout.JAVA_INT, 12) == SCM_CREDENTIALS;
    return told ? control.get(ValueLayout.JAVA_INT, at) : 0;
  }

  private static Fd socket(String path) throws LinuxException {
    int type = SOCK_DGRAM | Fd.O_CLOEXEC; // SOCK_CLOEXEC has the value of O_CLOEXEC
    long result = Native.syscall(X86 ? 41 : 198, AF_UNIX, type, 0, 0, 0, 0);
    return Fd.of((int) LinuxException.check(result, "socket", path), path);
  }

  // struct sockaddr_un { u16 family; char path[108]; }
  private static MemorySegment address(Scratch memory, Fd directory, String name)
      throws LinuxException {
    byte[] path = address(directory.number(), name);
    if (path.length > ADDRESS_SIZE - 3) {
      throw new LinuxException("bind", name, Errno.ENAMETOOLONG);
    }
    MemorySegment address = memory.bytes(ADDRESS_SIZE);
    address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_UNIX);
    MemorySegment.copy(path, 0, address, ValueLayout.JAVA_BYTE, 2, path.length);
    return address;
  }

  static byte[] address(int directory, String name) {
    byte[] way = ("/proc/self/fd/" + directory + "/").getBytes(StandardCharsets.US_ASCII);
    byte[] last = FileNames.encode(name);
    byte[] path = Arrays.copyOf(way, way.length + last.length);
    System.arraycopy(last, 0, path, way.length, last.length);
    return path;
  }
}
