package brig.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * A process held by a descriptor: whatever is done to it is done to that very process, never to
 * another that was given its number since (pidfd_open(2), since Linux 5.3).
 */
public final class Pidfd implements AutoCloseable {
  private static final int SIGINFO_SIZE = 128;
  private static final int CLD_EXITED = 1;
  private static final int ESRCH = -Errno.ESRCH.number();
  private static final int EINTR = -Errno.EINTR.number();

  private final Fd fd;
  private final int pid;

  private Pidfd(Fd fd, int pid) {
    this.fd = fd;
    this.pid = pid;
  }

  /** Null when there is no such process. */
  public static @Nullable Pidfd open(int pid) throws LinuxException {
    long result = ProcessKernel.pidfd_open(pid, 0);
    if (result == ESRCH) {
      return null;
    }
    int number = (int) LinuxException.check(result, "pidfd_open", "/proc/" + pid);
    return new Pidfd(Fd.of(number, "/proc/" + pid), pid);
  }

  /** Takes over a descriptor that clone3(2) gave. */
  static Pidfd adopt(Fd fd, int pid) {
    return new Pidfd(fd, pid);
  }

  /** Of a child of this process, which has an entry until it is reaped. */
  public static Pidfd ofChild(int pid) throws LinuxException {
    Pidfd process = open(pid);
    if (process == null) {
      throw new IllegalStateException("a process of our own has no entry: " + pid);
    }
    return process;
  }

  /** Of this process. */
  static Pidfd ofSelf() throws LinuxException {
    return ofChild(ProcessStatus.self());
  }

  public int pid() {
    return pid;
  }

  public Fd fd() {
    return fd;
  }

  /**
   * Sends a signal.
   *
   * @return false when the process has ended already
   */
  public boolean signal(int signal) throws LinuxException {
    long result = ProcessKernel.pidfd_send_signal(fd.number(), signal);
    if (result == ESRCH) {
      return false;
    }
    LinuxException.check(result, "pidfd_send_signal", "/proc/" + pid);
    return true;
  }

  /** Sends a signal to the process group that it leads, while it has not been reaped. */
  public void signalGroup(int signal) throws LinuxException {
    long result = ProcessKernel.kill(-pid, signal);
    if (result != ESRCH) {
      LinuxException.check(result, "kill", "/proc/" + pid);
    }
  }

  /**
   * Waits until it has ended, whoever its parent is.
   *
   * @param millis how long at most; negative: for ever
   * @return false when it still runs
   */
  public boolean awaitEnd(long millis) throws LinuxException {
    return Poll.readable(millis, fd)[0];
  }

  /**
   * The same open file as a descriptor of that process (pidfd_getfd(2), since Linux 5.6). Asks for
   * the right to trace it.
   */
  public Fd descriptor(int number) throws LinuxException {
    String path = "/proc/" + pid + "/fd/" + number;
    long result = ProcessKernel.pidfd_getfd(fd.number(), number);
    return Fd.of((int) LinuxException.check(result, "pidfd_getfd", path), path);
  }

  /** How a child of this process ended; waits for it and gives its entry back to the kernel. */
  public Ending reap() throws LinuxException {
    try (Scratch memory = Scratch.take()) {
      MemorySegment info = memory.bytes(SIGINFO_SIZE);
      long result;
      do {
        result =
            ProcessKernel.waitid(
                ProcessKernel.P_PIDFD, fd.number(), info.address(), ProcessKernel.WEXITED);
      } while (result == EINTR);
      LinuxException.check(result, "waitid", "/proc/" + pid);
      // siginfo_t, the SIGCHLD member: si_code at 8, si_status at 24 (64-bit layouts).
      boolean exited = info.get(ValueLayout.JAVA_INT, 8) == CLD_EXITED;
      return new Ending(exited, info.get(ValueLayout.JAVA_INT, 24));
    }
  }

  @Override
  public void close() {
    fd.close();
  }

  /**
   * How a process ended.
   *
   * @param exited by itself, {@code number} being its status; else by that signal
   */
  public record Ending(boolean exited, int number) {
    /** As a shell tells it in {@code $?}: the status, or 128 and the signal. */
    public int status() {
      return exited ? number : 128 + number;
    }

    /** {@code exited with status 1} or {@code was killed by SIGSEGV}. */
    public String text() {
      return exited ? "exited with status " + number : "was killed by " + Signal.name(number);
    }
  }
}
