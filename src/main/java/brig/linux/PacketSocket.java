package brig.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One end of a pair of sockets that keep the borders of messages, descriptors with them (unix(7),
 * SOCK_SEQPACKET, SCM_RIGHTS). When the other end's process is gone, this one reads the end.
 */
public final class PacketSocket implements AutoCloseable {
  private static final int HEADER = 56;
  private static final int CONTROL_HEADER = 16;
  private static final int EINTR = -Errno.EINTR.number();
  private static final int ECONNRESET = -Errno.ECONNRESET.number();

  /** The longest message. */
  public static final int LONGEST = 64 * 1024;

  /** The most descriptors of one message. */
  public static final int MOST = 64;

  private final Fd fd;

  private PacketSocket(Fd fd) {
    this.fd = fd;
  }

  /** An end that this process was handed. */
  public static PacketSocket of(Fd fd) {
    return new PacketSocket(fd);
  }

  /** Two ends. */
  public static PacketSocket[] pair() throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      MemorySegment pair = memory.bytes(8);
      int type = SocketKernel.SOCK_SEQPACKET | SocketKernel.SOCK_CLOEXEC;
      long result = SocketKernel.socketpair(SocketKernel.AF_UNIX, type, 0, pair.address());
      LinuxException.check(result, "socketpair", null);
      return new PacketSocket[] {
        new PacketSocket(Fd.of(pair.get(ValueLayout.JAVA_INT, 0), "channel")),
        new PacketSocket(Fd.of(pair.get(ValueLayout.JAVA_INT, 4), "channel"))
      };
    }
  }

  /** A message, and copies of descriptors that came with it, close-on-exec. */
  public record Packet(byte[] bytes, List<Fd> descriptors) {}

  public Fd fd() {
    return fd;
  }

  public void send(byte[] bytes) throws LinuxException {
    send(bytes, List.of());
  }

  /** Sends a message of one byte at least, with copies of these descriptors. */
  public void send(byte[] bytes, List<Fd> descriptors) throws LinuxException {
    if (bytes.length == 0 || bytes.length > LONGEST || descriptors.size() > MOST) {
      throw new IllegalArgumentException("a message of " + bytes.length + " bytes");
    }
    try (Scratch memory = Scratch.take()) {
      MemorySegment data = memory.bytes(bytes.length);
      MemorySegment.copy(bytes, 0, data, ValueLayout.JAVA_BYTE, 0, bytes.length);
      MemorySegment header = header(memory, data);
      if (!descriptors.isEmpty()) {
        MemorySegment control = control(memory, descriptors.size(), header);
        // struct cmsghdr { u64 len; int level, type; } and the descriptors
        control.set(ValueLayout.JAVA_LONG, 0, CONTROL_HEADER + 4L * descriptors.size());
        control.set(ValueLayout.JAVA_INT, 8, SocketKernel.SOL_SOCKET);
        control.set(ValueLayout.JAVA_INT, 12, SocketKernel.SCM_RIGHTS);
        for (int i = 0; i < descriptors.size(); i++) {
          control.set(ValueLayout.JAVA_INT, CONTROL_HEADER + 4L * i, descriptors.get(i).number());
        }
      }
      long result;
      do {
        result = SocketKernel.sendmsg(fd.number(), header.address(), SocketKernel.MSG_NOSIGNAL);
      } while (result == EINTR);
      LinuxException.check(result, "sendmsg", fd.path());
    }
  }

  // struct msghdr { void *name; u32 namelen; iovec *iov; u64 iovlen; void *control; u64 controllen;
  // int flags; }
  private static MemorySegment header(Scratch memory, MemorySegment data) {
    MemorySegment header = memory.bytes(HEADER);
    MemorySegment vector = memory.bytes(16);
    vector.set(ValueLayout.JAVA_LONG, 0, data.address());
    vector.set(ValueLayout.JAVA_LONG, 8, data.byteSize());
    header.set(ValueLayout.JAVA_LONG, 16, vector.address());
    header.set(ValueLayout.JAVA_LONG, 24, 1);
    return header;
  }

  private static MemorySegment control(Scratch memory, int count, MemorySegment header) {
    int size = CONTROL_HEADER + (4 * count + 7 & -8);
    MemorySegment control = memory.bytes(size);
    header.set(ValueLayout.JAVA_LONG, 32, control.address());
    header.set(ValueLayout.JAVA_LONG, 40, size);
    return control;
  }

  /** Waits for the next message; null when the other end is closed. */
  public @Nullable Packet receive() throws LinuxException {
    return receive(-1);
  }

  /**
   * The same, within a time.
   *
   * @param millis negative: for ever
   * @throws LinuxException ETIMEDOUT when nothing came
   */
  public @Nullable Packet receive(long millis) throws LinuxException {
    if (millis >= 0 && !Poll.readable(millis, fd)[0]) {
      throw new LinuxException("recvmsg", fd.path(), Errno.ETIMEDOUT);
    }
    try (Scratch memory = Scratch.take()) {
      MemorySegment data = memory.bytes(LONGEST);
      MemorySegment header = header(memory, data);
      MemorySegment control = control(memory, MOST, header);
      long result;
      do {
        result = SocketKernel.recvmsg(fd.number(), header.address(), SocketKernel.MSG_CMSG_CLOEXEC);
      } while (result == EINTR);
      if (result == 0 || result == ECONNRESET) {
        return null;
      }
      int length = (int) LinuxException.check(result, "recvmsg", fd.path());
      byte[] bytes = new byte[length];
      MemorySegment.copy(data, ValueLayout.JAVA_BYTE, 0, bytes, 0, length);
      return new Packet(bytes, descriptors(header, control));
    }
  }

  private static List<Fd> descriptors(MemorySegment header, MemorySegment control) {
    List<Fd> descriptors = new ArrayList<>();
    long all = header.get(ValueLayout.JAVA_LONG, 40);
    if (all >= CONTROL_HEADER
        && control.get(ValueLayout.JAVA_INT, 8) == SocketKernel.SOL_SOCKET
        && control.get(ValueLayout.JAVA_INT, 12) == SocketKernel.SCM_RIGHTS) {
      long length = control.get(ValueLayout.JAVA_LONG, 0);
      for (long at = CONTROL_HEADER; at + 4 <= length; at += 4) {
        descriptors.add(Fd.of(control.get(ValueLayout.JAVA_INT, at), "received"));
      }
    }
    return descriptors;
  }

  @Override
  public void close() {
    fd.close();
  }
}
