package brig.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * Unix sockets that carry messages, not streams: unix(7), SOCK_DGRAM. Java has none. A socket is
 * named relative to the directory that holds it, whatever the length of its path: sun_path has room
 * for 108 bytes.
 */
public final class Datagrams {
  private static final int SO_PASSCRED = 16;
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
    Fd socket = LocalSocket.open(SocketKernel.SOCK_DGRAM, path);
    try (Fd at = Fd.open(directory, Fd.O_PATH | Fd.O_DIRECTORY);
        Scratch memory = Scratch.take()) {
      MemorySegment one = memory.bytes(4);
      one.set(ValueLayout.JAVA_INT, 0, 1);
      LinuxException.check(
          SocketKernel.setsockopt(
              socket.number(), SocketKernel.SOL_SOCKET, SO_PASSCRED, one.address(), 4),
          "setsockopt",
          path);
      LocalSocket.bind(socket, LocalSocket.addressIn(at, name));
      Attributes.chmodAt(at, name, mode);
      return socket;
    } catch (LinuxException e) {
      socket.close();
      throw e;
    }
  }

  /** A socket whose messages go to that of the path; throws when nobody has it. */
  public static Fd connect(String directory, String name) throws LinuxException {
    try (Fd at = Fd.open(directory, Fd.O_PATH | Fd.O_DIRECTORY)) {
      return LocalSocket.connected(
          SocketKernel.SOCK_DGRAM, LocalSocket.addressIn(at, name), directory + "/" + name);
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
            SocketKernel.send(
                connected.number(),
                bytes.address(),
                message.length,
                SocketKernel.MSG_DONTWAIT | SocketKernel.MSG_NOSIGNAL);
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
            SocketKernel.recvmsg(
                socket.number(),
                header.address(),
                SocketKernel.MSG_DONTWAIT | SocketKernel.MSG_CMSG_CLOEXEC);
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
            && control.get(ValueLayout.JAVA_INT, 8) == SocketKernel.SOL_SOCKET
            && control.get(ValueLayout.JAVA_INT, 12) == SocketKernel.SCM_CREDENTIALS;
    return told ? control.get(ValueLayout.JAVA_INT, at) : 0;
  }
}
