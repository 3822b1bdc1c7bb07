package brig.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Bytes through pipes and sockets, as much at a time as there are, or as there is room for. */
public final class Stream {
  /** There is nothing now, or no room; for descriptors that are O_NONBLOCK. */
  public static final int LATER = 0;

  /** Nothing will come any more. */
  public static final int END = -1;

  private static final int PWRITE64 = Architecture.current() == Architecture.X86_64 ? 18 : 68;
  private static final int F_GETFL = 3;
  private static final int F_SETFL = 4;
  private static final int MOST = 64 * 1024;
  private static final int EINTR = -Errno.EINTR.number();
  private static final int EAGAIN = -Errno.EAGAIN.number();

  private Stream() {}

  /** A pipe's two ends. */
  public record Pipe(Fd out, Fd in) implements AutoCloseable {
    @Override
    public void close() {
      out.close();
      in.close();
    }
  }

  /** A pipe: what is written to {@code in} is read from {@code out}. */
  public static Pipe pipe() throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      MemorySegment ends = memory.bytes(8);
      LinuxException.check(ProcessKernel.pipe2(ends.address(), Fd.O_CLOEXEC), "pipe2", null);
      return new Pipe(
          Fd.of(ends.get(ValueLayout.JAVA_INT, 0), "pipe"),
          Fd.of(ends.get(ValueLayout.JAVA_INT, 4), "pipe"));
    }
  }

  /** The same of an end of a pipe that was just made: it has no other flags (fcntl(2)). */
  public static void dontWait(Pipe pipe, boolean reading) throws LinuxException {
    Fd end = reading ? pipe.out() : pipe.in();
    LinuxException.check(
        JailKernel.fcntl(end.number(), F_SETFL, Fd.O_NONBLOCK), "fcntl", end.path());
  }

  /** Reads and writes no longer wait. Holds for every descriptor of the same open file. */
  public static void dontWait(Fd fd) throws LinuxException {
    long flags =
        LinuxException.check(JailKernel.fcntl(fd.number(), F_GETFL, 0), "fcntl", fd.path());
    LinuxException.check(
        JailKernel.fcntl(fd.number(), F_SETFL, flags | Fd.O_NONBLOCK), "fcntl", fd.path());
  }

  /** How many bytes came, {@link #LATER} or {@link #END}. */
  public static int read(Fd fd, byte[] into, int offset, int length) throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      int most = Math.min(length, MOST);
      MemorySegment buffer = memory.unfilled(most);
      long result;
      do {
        result = ProcessKernel.read(fd.number(), buffer.address(), most);
      } while (result == EINTR);
      if (result == EAGAIN) {
        return LATER;
      }
      int count = (int) LinuxException.check(result, "read", fd.path());
      MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, into, offset, count);
      return count == 0 ? END : count;
    }
  }

  /**
   * How many bytes were taken, or {@link #LATER}.
   *
   * @throws LinuxException EPIPE when nobody will read them
   */
  public static int write(Fd fd, byte[] bytes, int offset, int length) throws LinuxException {
    if (length == 0) {
      return 0;
    }
    try (Scratch memory = Scratch.take()) {
      int most = Math.min(length, MOST);
      MemorySegment buffer = memory.unfilled(most);
      MemorySegment.copy(bytes, offset, buffer, ValueLayout.JAVA_BYTE, 0, most);
      long result;
      do {
        result = Kernel.write(fd.number(), buffer.address(), most);
      } while (result == EINTR);
      return result == EAGAIN ? LATER : (int) LinuxException.check(result, "write", fd.path());
    }
  }

  /** Writes all of the bytes at a place of a file. */
  public static void writeAt(Fd file, long position, byte[] bytes) throws LinuxException {
    int done = 0;
    while (done < bytes.length) {
      try (Scratch memory = Scratch.take()) {
        int most = Math.min(bytes.length - done, MOST);
        MemorySegment buffer = memory.unfilled(most);
        MemorySegment.copy(bytes, done, buffer, ValueLayout.JAVA_BYTE, 0, most);
        long result =
            Native.syscall(PWRITE64, file.number(), buffer.address(), most, position + done, 0, 0);
        if (result != EINTR) {
          done += (int) LinuxException.check(result, "pwrite64", file.path());
        }
      }
    }
  }
}
