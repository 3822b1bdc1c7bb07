package brig.linux;

import java.lang.foreign.MemorySegment;

/** Tells when files grow, without looking again and again: inotify(7). */
public final class FileWatch implements AutoCloseable {
  private static final boolean X86 = Architecture.current() == Architecture.X86_64;
  private static final int IN_MODIFY = 0x2;
  private static final int EAGAIN = -Errno.EAGAIN.number();
  private static final int EINTR = -Errno.EINTR.number();
  private static final int BUFFER = 4096;

  private final Fd fd;

  private FileWatch(Fd fd) {
    this.fd = fd;
  }

  /** Watches nothing yet. */
  public static FileWatch open() throws LinuxException {
    long result = Native.syscall(X86 ? 294 : 26, Fd.O_CLOEXEC | Fd.O_NONBLOCK, 0, 0, 0, 0, 0);
    int number = (int) LinuxException.check(result, "inotify_init1", null);
    return new FileWatch(Fd.of(number, "inotify"));
  }

  /** From now on it is told of this file too; watching one twice is once. */
  public void add(String path) throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      LinuxException.check(
          Native.syscall(X86 ? 254 : 27, fd.number(), memory.name(path), IN_MODIFY, 0, 0, 0),
          "inotify_add_watch",
          path);
    }
  }

  /** Readable when one of them was written to. */
  public Fd fd() {
    return fd;
  }

  /** Forgets what was told so far. */
  public void drain() throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      MemorySegment buffer = memory.bytes(BUFFER);
      long result;
      do {
        result = Kernel.read(fd.number(), buffer.address(), BUFFER);
      } while (result > 0 || result == EINTR);
      if (result != EAGAIN) {
        LinuxException.check(result, "read", "inotify");
      }
    }
  }

  @Override
  public void close() {
    fd.close();
  }
}
