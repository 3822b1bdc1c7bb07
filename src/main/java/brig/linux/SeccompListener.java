package brig.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * The outer end of a filter that asks (seccomp_unotify(2)). A process that makes a call which the
 * filter asks about stands still until it is answered here.
 */
public final class SeccompListener implements AutoCloseable {
  // struct seccomp_notif { u64 id; u32 pid; u32 flags; struct seccomp_data data; }
  private static final int NOTIF_SIZE = 80;
  // struct seccomp_notif_resp { u64 id; s64 val; s32 error; u32 flags; }
  private static final int RESPONSE_SIZE = 24;
  // _IOWR('!', 0, struct seccomp_notif), _IOWR('!', 1, struct seccomp_notif_resp)
  private static final long SECCOMP_IOCTL_NOTIF_RECV = 0xC0502100L;
  private static final long SECCOMP_IOCTL_NOTIF_SEND = 0xC0182101L;
  private static final int SECCOMP_USER_NOTIF_FLAG_CONTINUE = 1; // since Linux 5.5
  private static final int EINTR = -Errno.EINTR.number();
  private static final int ENOENT = -Errno.ENOENT.number();

  private final Fd fd;

  public SeccompListener(Fd fd) {
    this.fd = fd;
  }

  /**
   * A call that waits for its answer.
   *
   * @param id of this one call
   * @param pid of the caller, as this process sees it
   */
  public record Asked(long id, int pid) {}

  /** The next call; null when all whom the filter binds are gone. */
  public @Nullable Asked next() throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      while (true) {
        // Readable, or hung up: the kernel hangs up when nobody is left (since Linux 5.9).
        Poll.readable(-1, fd);
        MemorySegment notif = memory.bytes(NOTIF_SIZE);
        long result = JailKernel.ioctl(fd.number(), SECCOMP_IOCTL_NOTIF_RECV, notif.address());
        if (result == EINTR) {
          continue;
        }
        if (result == ENOENT) {
          return null;
        }
        LinuxException.check(result, "ioctl SECCOMP_IOCTL_NOTIF_RECV", null);
        return new Asked(notif.get(ValueLayout.JAVA_LONG, 0), notif.get(ValueLayout.JAVA_INT, 8));
      }
    }
  }

  /**
   * Lets the call go on.
   *
   * @return false when the caller no longer waits: a signal interrupted it, and it will ask again
   */
  public boolean goOn(Asked asked) throws LinuxException {
    return send(asked, 0, SECCOMP_USER_NOTIF_FLAG_CONTINUE);
  }

  /** Lets the call fail. */
  public boolean refuse(Asked asked, Errno errno) throws LinuxException {
    return send(asked, -errno.number(), 0);
  }

  private boolean send(Asked asked, int error, int flags) throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      MemorySegment response = memory.bytes(RESPONSE_SIZE);
      response.set(ValueLayout.JAVA_LONG, 0, asked.id());
      response.set(ValueLayout.JAVA_INT, 16, error);
      response.set(ValueLayout.JAVA_INT, 20, flags);
      long result = JailKernel.ioctl(fd.number(), SECCOMP_IOCTL_NOTIF_SEND, response.address());
      if (result == ENOENT) {
        return false;
      }
      LinuxException.check(result, "ioctl SECCOMP_IOCTL_NOTIF_SEND", null);
      return true;
    }
  }

  @Override
  public void close() {
    fd.close();
  }
}
