package brig.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * Two connected sockets that keep the borders of messages (unix(7), SOCK_SEQPACKET): one end for
 * this process, one for a child. When either process is gone, the other reads the end.
 */
public final class PacketPair implements AutoCloseable {
  private static final boolean X86 = Architecture.current() == Architecture.X86_64;
  private static final int AF_UNIX = 1;
  private static final int SOCK_SEQPACKET = 5;
  private static final int SOCK_CLOEXEC = 0x80000;
  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int EINTR = -Errno.EINTR.number();
  private static final int ECONNRESET = -Errno.ECONNRESET.number();

  private final Fd mine;
  private final Fd theirs;

  private PacketPair(Fd mine, Fd theirs) {
    this.mine = mine;
    this.theirs = theirs;
  }

  public static PacketPair open() throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      MemorySegment pair = memory.bytes(8);
      int type = SOCK_SEQPACKET | SOCK_CLOEXEC;
      long result = Native.syscall(X86 ? 53 : 199, AF_UNIX, type, 0, pair.address(), 0, 0);
      LinuxException.check(result, "socketpair", null);
      return new PacketPair(
          Fd.of(pair.get(ValueLayout.JAVA_INT, 0), "channel"),
          Fd.of(pair.get(ValueLayout.JAVA_INT, 4), "channel"));
    }
  }

  /** The end for the child. */
  public Fd theirs() {
    return theirs;
  }

  /** To be called when the child has its end: then its death is seen here. */
  public void closeTheirs() {
    theirs.close();
  }

  public void send(byte[] message) throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      MemorySegment bytes = memory.bytes(message.length);
      MemorySegment.copy(message, 0, bytes, ValueLayout.JAVA_BYTE, 0, message.length);
      long result;
      do {
        result =
            Native.syscall(
                X86 ? 44 : 206, mine.number(), bytes.address(), message.length, MSG_NOSIGNAL, 0, 0);
      } while (result == EINTR);
      LinuxException.check(result, "sendto", mine.path());
    }
  }

  /**
   * The next message; null when the other end is closed.
   *
   * @param size the longest that is expected
   * @param millis how long to wait at most
   * @throws LinuxException ETIMEDOUT when nothing came
   */
  public byte @Nullable [] receive(int size, long millis) throws LinuxException {
    if (!Poll.readable(millis, mine)[0]) {
      throw new LinuxException("recvfrom", mine.path(), Errno.ETIMEDOUT);
    }
    try (Scratch memory = Scratch.take()) {
      MemorySegment buffer = memory.bytes(size);
      long result;
      do {
        result = Kernel.read(mine.number(), buffer.address(), size);
      } while (result == EINTR);
      if (result == 0 || result == ECONNRESET) {
        return null;
      }
      int length = (int) LinuxException.check(result, "read", mine.path());
      byte[] message = new byte[length];
      MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, message, 0, length);
      return message;
    }
  }

  @Override
  public void close() {
    mine.close();
    theirs.close();
  }
}
