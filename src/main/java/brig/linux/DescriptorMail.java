package brig.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Descriptors as a message over a Unix socket: SCM_RIGHTS of unix(7). */
public final class DescriptorMail {
  private static final int HEADER_SIZE = 56;
  private static final int VECTOR_SIZE = 16;
  private static final int BYTE_SIZE = 8;
  private static final int CONTROL_HEADER = 16;
  private static final int CONTROL = HEADER_SIZE + VECTOR_SIZE + BYTE_SIZE;

  /** What is received is closed by an exec (recvmsg(2)). */
  public static final int MSG_CMSG_CLOEXEC = SocketKernel.MSG_CMSG_CLOEXEC;

  public static final int MSG_DONTWAIT = SocketKernel.MSG_DONTWAIT;

  private DescriptorMail() {}

  /** Sends copies of descriptors, with one byte. */
  public static void send(Fd socket, List<Fd> descriptors) throws LinuxException {
    byte[] message = new byte[size(descriptors.size())];
    try (Scratch memory = Scratch.take()) {
      MemorySegment segment = memory.bytes(message.length);
      ByteBuffer bytes = header(message, segment.address());
      bytes.putLong(CONTROL, CONTROL_HEADER + 4L * descriptors.size());
      bytes.putInt(CONTROL + 8, SocketKernel.SOL_SOCKET);
      bytes.putInt(CONTROL + 12, SocketKernel.SCM_RIGHTS);
      for (int i = 0; i < descriptors.size(); i++) {
        bytes.putInt(CONTROL + CONTROL_HEADER + 4 * i, descriptors.get(i).number());
      }
      MemorySegment.copy(message, 0, segment, ValueLayout.JAVA_BYTE, 0, message.length);
      LinuxException.check(
          SocketKernel.sendmsg(socket.number(), segment.address(), SocketKernel.MSG_NOSIGNAL),
          "sendmsg",
          socket.path());
    }
  }

  /** How many bytes a message with that many descriptors takes. */
  public static int size(int count) {
    return CONTROL + CONTROL_HEADER + (4 * count + 7 & -8);
  }

  /**
   * What recvmsg(2) wants to be given, with room for that many descriptors.
   *
   * @param address where the bytes will lie, in the memory of whoever receives
   */
  public static byte[] receiver(long address, int count) {
    byte[] message = new byte[size(count)];
    header(message, address);
    return message;
  }

  /**
   * What it has received.
   *
   * @param message the bytes of {@link #receiver} as they are after recvmsg(2)
   * @return fewer than there was room for when not all came
   */
  public static List<Integer> received(byte[] message) {
    ByteBuffer bytes = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
    List<Integer> descriptors = new ArrayList<>();
    long length = bytes.getLong(CONTROL);
    if (bytes.getInt(CONTROL + 8) == SocketKernel.SOL_SOCKET
        && bytes.getInt(CONTROL + 12) == SocketKernel.SCM_RIGHTS) {
      for (int at = CONTROL + CONTROL_HEADER; at + 4 <= CONTROL + length; at += 4) {
        descriptors.add(bytes.getInt(at));
      }
    }
    return descriptors;
  }

  // struct msghdr { void *name; u32 namelen; iovec *iov; u64 iovlen; void *control;
  // u64 controllen; int flags; } then struct iovec { void *base; u64 len; }, the byte, and
  // struct cmsghdr { u64 len; int level, type; } with the descriptors
  private static ByteBuffer header(byte[] message, long address) {
    ByteBuffer bytes = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(16, address + HEADER_SIZE);
    bytes.putLong(24, 1);
    bytes.putLong(32, address + CONTROL);
    bytes.putLong(40, message.length - CONTROL);
    bytes.putLong(HEADER_SIZE, address + HEADER_SIZE + VECTOR_SIZE);
    bytes.putLong(HEADER_SIZE + 8, 1);
    return bytes;
  }
}
