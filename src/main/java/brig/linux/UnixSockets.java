package brig.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Who is connected to whom over Unix sockets, as the kernel tells: sock_diag(7). */
public final class UnixSockets {
  private static final int NETLINK_SOCK_DIAG = 4;
  private static final short SOCK_DIAG_BY_FAMILY = 20;
  private static final short NLM_F_REQUEST_DUMP = 0x301;
  private static final int NLMSG_ERROR = 2;
  private static final int NLMSG_DONE = 3;
  private static final int UDIAG_SHOW_NAME = 1;
  private static final int UDIAG_SHOW_PEER = 4;
  private static final int UNIX_DIAG_NAME = 0;
  private static final int UNIX_DIAG_PEER = 2;
  private static final int HEADER = 16;
  private static final int REQUEST = HEADER + 24;
  private static final int MESSAGE = 16;
  private static final int BUFFER = 32 * 1024;

  private UnixSockets() {}

  /**
   * The other ends of the connections of sockets that are bound to certain paths.
   *
   * @return the inode of the other end, which fstat(2) tells of its descriptor, to the path
   */
  public static Map<Long, String> peersOf(Predicate<String> paths) throws LinuxException {
    long result =
        SocketKernel.socket(
            SocketKernel.AF_NETLINK,
            SocketKernel.SOCK_RAW | SocketKernel.SOCK_CLOEXEC,
            NETLINK_SOCK_DIAG);
    Map<Long, String> peers = new HashMap<>();
    try (Fd socket =
        Fd.of((int) LinuxException.check(result, "socket", "sock_diag"), "sock_diag")) {
      socket.write(request());
      byte[] bytes = new byte[BUFFER];
      boolean more = true;
      while (more) {
        int count = receive(socket, bytes);
        more = count > 0 && messages(ByteBuffer.wrap(bytes, 0, count), paths, peers);
      }
    }
    return peers;
  }

  // struct nlmsghdr { u32 len; u16 type, flags; u32 seq, pid; } and struct unix_diag_req
  // { u8 family, protocol; u16 pad; u32 states, ino, show, cookie[2]; } of linux/unix_diag.h
  static byte[] request() {
    ByteBuffer request = ByteBuffer.allocate(REQUEST).order(ByteOrder.nativeOrder());
    request.putInt(REQUEST).putShort(SOCK_DIAG_BY_FAMILY).putShort(NLM_F_REQUEST_DUMP);
    request.putInt(1).putInt(0);
    request.put((byte) SocketKernel.AF_UNIX).put((byte) 0).putShort((short) 0);
    request.putInt(-1).putInt(0).putInt(UDIAG_SHOW_NAME | UDIAG_SHOW_PEER).putInt(0).putInt(0);
    return request.array();
  }

  private static int receive(Fd socket, byte[] bytes) throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      MemorySegment buffer = memory.bytes(bytes.length);
      long count;
      do {
        count = Kernel.read(socket.number(), buffer.address(), bytes.length);
      } while (count == -Errno.EINTR.number());
      LinuxException.check(count, "read", "sock_diag");
      MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, bytes, 0, (int) count);
      return (int) count;
    }
  }

  /** False when the kernel has said all. */
  static boolean messages(ByteBuffer in, Predicate<String> paths, Map<Long, String> peers)
      throws LinuxException {
    in.order(ByteOrder.nativeOrder());
    int at = 0;
    while (at + HEADER <= in.limit()) {
      int length = in.getInt(at);
      int type = in.getShort(at + 4);
      if (type == NLMSG_DONE || length < HEADER || at + length > in.limit()) {
        return false;
      }
      if (type == NLMSG_ERROR) {
        // ENOENT: the kernel has no unix_diag.
        throw new LinuxException("ask for sockets", null, Errno.EOPNOTSUPP);
      }
      socket(in, at + HEADER + MESSAGE, at + length, paths, peers);
      at += (length + 3) & -4;
    }
    return true;
  }

  // struct nlattr { u16 len, type; } and its value, padded to 4 bytes
  private static void socket(
      ByteBuffer in, int from, int end, Predicate<String> paths, Map<Long, String> peers) {
    @Nullable String name = null;
    long peer = 0;
    int at = from;
    while (at + 4 <= end) {
      int length = in.getShort(at) & 0xFFFF;
      int type = in.getShort(at + 2) & 0xFFFF;
      if (length < 4 || at + length > end) {
        break;
      }
      if (type == UNIX_DIAG_NAME) {
        name = name(in, at + 4, at + length);
      } else if (type == UNIX_DIAG_PEER && length == 8) {
        peer = in.getInt(at + 4) & 0xFFFFFFFFL;
      }
      at += (length + 3) & -4;
    }
    if (name != null && peer != 0 && paths.test(name)) {
      peers.put(peer, name);
    }
  }

  /** Ends at a NUL; an abstract name begins with one, and is no path. */
  private static String name(ByteBuffer in, int from, int to) {
    int end = from;
    while (end < to && in.get(end) != 0) {
      end++;
    }
    byte[] bytes = new byte[end - from];
    in.get(from, bytes);
    return FileNames.decode(bytes);
  }
}
