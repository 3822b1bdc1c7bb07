package brig.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What the kernel's audit tells from now on: netlink(7), NETLINK_AUDIT, the group
 * AUDIT_NLGRP_READLOG (linux/audit.h, since Linux 3.16). Whoever listens gets every record, where
 * the kernel's log keeps ten in five seconds; auditd, where it runs, gets them all the same.
 */
public final class AuditFeed implements AutoCloseable {
  private static final int NETLINK_AUDIT = 9;
  private static final int READLOG = 1; // AUDIT_NLGRP_READLOG, as a bit of the mask
  private static final int SO_RCVBUFFORCE = 33;
  private static final int BUFFER_BYTES = 8 << 20;
  private static final int HEADER = 16;
  private static final int LARGEST = 64 * 1024;
  private static final int ENOBUFS = -Errno.ENOBUFS.number();
  private static final int EINTR = -Errno.EINTR.number();

  private final Fd socket;

  private AuditFeed(Fd socket) {
    this.socket = socket;
  }

  /**
   * Begins to listen.
   *
   * @throws LinuxException EPERM: it is for CAP_AUDIT_READ alone; EPROTONOSUPPORT: the kernel has
   *     no audit
   */
  public static AuditFeed open() throws LinuxException {
    int type = SocketKernel.SOCK_RAW | SocketKernel.SOCK_CLOEXEC;
    long number = SocketKernel.socket(SocketKernel.AF_NETLINK, type, NETLINK_AUDIT);
    Fd socket =
        Fd.of((int) LinuxException.check(number, "socket", "the kernel's audit"), "the audit");
    try (Scratch memory = Scratch.take()) {
      MemorySegment size = memory.bytes(4);
      size.set(ValueLayout.JAVA_INT, 0, BUFFER_BYTES);
      LinuxException.check(
          SocketKernel.setsockopt(
              socket.number(), SocketKernel.SOL_SOCKET, SO_RCVBUFFORCE, size.address(), 4),
          "setsockopt",
          socket.path());
      // struct sockaddr_nl: family 0, pid 4, groups 8; 12 bytes.
      MemorySegment address = memory.bytes(12);
      address.set(ValueLayout.JAVA_INT, 0, SocketKernel.AF_NETLINK);
      address.set(ValueLayout.JAVA_INT, 8, READLOG);
      LinuxException.check(
          SocketKernel.bind(socket.number(), address.address(), 12), "bind", socket.path());
      return new AuditFeed(socket);
    } catch (LinuxException e) {
      socket.close();
      throw e;
    }
  }

  /**
   * The next records, each as the kernel's log would have it; none when more came than this process
   * could take, and some are lost.
   *
   * @param millis how long to wait at most; none when that is over, too
   */
  public List<String> next(long millis) throws LinuxException {
    if (!Poll.readable(millis, socket)[0]) {
      return List.of();
    }
    try (Scratch memory = Scratch.take()) {
      MemorySegment buffer = memory.bytes(LARGEST);
      long length = Kernel.read(socket.number(), buffer.address(), LARGEST);
      if (length == ENOBUFS || length == EINTR) {
        return List.of();
      }
      LinuxException.check(length, "read", socket.path());
      return records(buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));
    }
  }

  // struct nlmsghdr: length u32 (header included), type u16 at 4; messages begin at multiples of 4.
  static List<String> records(byte[] bytes) {
    List<String> records = new ArrayList<>();
    int at = 0;
    while (at + HEADER <= bytes.length) {
      int length = (int) littleEndian(bytes, at, 4);
      if (length < HEADER || length > bytes.length - at) {
        // Audit's own messages count without their header, or are the last ones.
        length = bytes.length - at;
      }
      long type = littleEndian(bytes, at + 4, 2);
      String text =
          new String(bytes, at + HEADER, length - HEADER, StandardCharsets.UTF_8).replace("\0", "");
      records.add("type=" + type + " " + text.strip());
      at += (length + 3) & ~3;
    }
    return records;
  }

  private static long littleEndian(byte[] bytes, int at, int size) {
    long value = 0;
    for (int i = 0; i < size; i++) {
      value |= (bytes[at + i] & 0xFFL) << (8 * i);
    }
    return value;
  }

  @Override
  public void close() {
    socket.close();
  }
}
