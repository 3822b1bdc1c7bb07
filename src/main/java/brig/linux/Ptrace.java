package brig.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * ptrace(2) as the calling thread's own business: a tracee belongs to the thread that seized it,
 * and every other thread is told ESRCH. An object of this class is therefore used by one thread
 * only; it keeps the memory that the calls fill.
 *
 * <p>A tracee may be killed at any moment, and then any request about it answers ESRCH: so the
 * requests return whether it was there, and never throw for that.
 */
public final class Ptrace {
  private static final int PTRACE_CONT = 7;
  private static final int PTRACE_DETACH = 17;
  private static final int PTRACE_SYSCALL = 24;
  private static final int PTRACE_GETEVENTMSG = 0x4201;
  private static final int PTRACE_SEIZE = 0x4206;
  private static final int PTRACE_INTERRUPT = 0x4207;
  private static final int PTRACE_LISTEN = 0x4208;
  private static final int PTRACE_GETSIGMASK = 0x420a;
  private static final int PTRACE_SETSIGMASK = 0x420b;
  private static final int PTRACE_GET_SYSCALL_INFO = 0x420e; // since Linux 5.3

  /** Stops at a system call say so: SIGTRAP with bit 7. */
  private static final int PTRACE_O_TRACESYSGOOD = 1;

  private static final int PTRACE_O_TRACEFORK = 1 << 1;
  private static final int PTRACE_O_TRACEVFORK = 1 << 2;
  private static final int PTRACE_O_TRACECLONE = 1 << 3;
  private static final int PTRACE_O_TRACEEXEC = 1 << 4;
  private static final int PTRACE_O_TRACESECCOMP = 1 << 7;
  private static final int PTRACE_O_EXITKILL = 1 << 20; // since Linux 3.8

  private static final int WALL = 0x40000000; // threads as well
  private static final int WNOTHREAD = 0x20000000; // no children of other threads of this process
  private static final int SIGSET_SIZE = 8;
  private static final int EINTR = -Errno.EINTR.number();
  private static final int ECHILD = -Errno.ECHILD.number();
  private static final int ESRCH = -Errno.ESRCH.number();

  private final MemorySegment word = Arena.ofAuto().allocate(8, 8);
  private final MemorySegment info = Arena.ofAuto().allocate(SyscallStop.SIZE, 8);

  private final Queue<WaitStatus.Of> untold = new ArrayDeque<>();

  /** Whether a seccomp filter of the tracee asks its tracer. */
  public enum Filter {
    /** One that was made for this tracer does. */
    OURS,
    /** If one does, it goes on being answered as if there were no tracer. */
    NONE
  }

  /** Whether a tracee outlives its tracer. */
  public enum AtMyEnd {
    /** Killed when the tracing thread ends, however it ends: nothing is left running. */
    KILLED,
    /** Goes on as if it had never been traced. */
    LIVES_ON
  }

  /**
   * Begins to trace one thread, and all that it will start, without stopping it.
   *
   * @throws LinuxException EPERM: not allowed, or traced already; ESRCH: there is no such thread
   */
  public void seize(int tid, Filter filter, AtMyEnd end) throws LinuxException {
    int options =
        PTRACE_O_TRACESYSGOOD
            | PTRACE_O_TRACEFORK
            | PTRACE_O_TRACEVFORK
            | PTRACE_O_TRACECLONE
            | PTRACE_O_TRACEEXEC
            | (filter == Filter.OURS ? PTRACE_O_TRACESECCOMP : 0)
            | (end == AtMyEnd.KILLED ? PTRACE_O_EXITKILL : 0);
    LinuxException.check(
        TraceKernel.ptrace(PTRACE_SEIZE, tid, 0, options), "ptrace PTRACE_SEIZE", "/proc/" + tid);
  }

  /** Lets a stopped tracee run until something that was asked for happens. */
  public boolean go(int tid, int signal) {
    return there(PTRACE_CONT, tid, signal);
  }

  /** The same, and it stops at the next beginning or end of a system call. */
  public boolean goToCall(int tid, int signal) {
    return there(PTRACE_SYSCALL, tid, signal);
  }

  /** Leaves it stopped, as the signal that stopped its process wants it, but hears of SIGCONT. */
  public boolean listen(int tid) {
    return there(PTRACE_LISTEN, tid, 0);
  }

  /** Asks a running tracee to stop soon. */
  public boolean interrupt(int tid) {
    return there(PTRACE_INTERRUPT, tid, 0);
  }

  /** Lets a stopped tracee go for good, with the signal that it stopped at. */
  public boolean detach(int tid, int signal) {
    return there(PTRACE_DETACH, tid, signal);
  }

  private static boolean there(int request, int tid, long data) {
    return TraceKernel.ptrace(request, tid, 0, data) >= 0;
  }

  /** What came with an event: a child's pid, or the former tid of who called execve; -1: gone. */
  public long eventMessage(int tid) {
    return TraceKernel.ptrace(PTRACE_GETEVENTMSG, tid, 0, word.address()) < 0
        ? -1
        : word.get(ValueLayout.JAVA_LONG, 0);
  }

  /**
   * Fills in what a tracee that stopped at a system call is about.
   *
   * @return false when it is gone
   */
  public boolean callInfo(int tid, SyscallStop into) {
    if (TraceKernel.ptrace(PTRACE_GET_SYSCALL_INFO, tid, SyscallStop.SIZE, info.address()) < 0) {
      return false;
    }
    into.fill(info);
    return true;
  }

  /** The signals that a stopped tracee blocks; bit 0 is signal 1. */
  public long signalMask(int tid) throws LinuxException {
    LinuxException.check(
        TraceKernel.ptrace(PTRACE_GETSIGMASK, tid, SIGSET_SIZE, word.address()),
        "ptrace PTRACE_GETSIGMASK",
        "/proc/" + tid);
    return word.get(ValueLayout.JAVA_LONG, 0);
  }

  public void setSignalMask(int tid, long blocked) throws LinuxException {
    word.set(ValueLayout.JAVA_LONG, 0, blocked);
    LinuxException.check(
        TraceKernel.ptrace(PTRACE_SETSIGMASK, tid, SIGSET_SIZE, word.address()),
        "ptrace PTRACE_SETSIGMASK",
        "/proc/" + tid);
  }

  /**
   * Waits for news of any tracee, or child, of the calling thread alone.
   *
   * <p>The kernel tells of the one that was seized last first: whoever answered each at once would
   * never hear of the first while the last is busy. So all that is to be told is fetched before
   * anything is answered.
   *
   * @param several there may be more than one
   * @return null when a signal interrupted the wait
   * @throws NobodyLeft when the thread has neither
   */
  public WaitStatus.@Nullable Of awaitAny(boolean several) throws LinuxException, NobodyLeft {
    WaitStatus.Of first = untold.poll();
    if (first != null) {
      return first;
    }
    first = wait(-1, 0);
    if (first != null && several) {
      try {
        for (WaitStatus.Of more = wait(-1, ProcessKernel.WNOHANG);
            more != null;
            more = wait(-1, ProcessKernel.WNOHANG)) {
          untold.add(more);
        }
      } catch (NobodyLeft e) {
        // The first was the last.
      }
    }
    return first;
  }

  /** The calling thread has no tracee and no child, and there is nothing to tell of former ones. */
  public boolean nobody() throws LinuxException {
    if (!untold.isEmpty()) {
      return false;
    }
    try {
      WaitStatus.Of status = wait(-1, ProcessKernel.WNOHANG);
      if (status != null) {
        untold.add(status);
      }
      return false;
    } catch (NobodyLeft e) {
      return true;
    }
  }

  /** {@link #awaitAny} shall tell this once more: it was learnt where nobody could answer it. */
  public void tellAgain(WaitStatus.Of status) {
    untold.add(status);
  }

  /** News of one of them; waits for it. */
  public WaitStatus.@Nullable Of await(int tid) throws LinuxException, NobodyLeft {
    WaitStatus.Of told = fetched(tid);
    return told == null ? wait(tid, 0) : told;
  }

  /** What has happened to one of them already; null: nothing new. */
  public WaitStatus.@Nullable Of look(int tid) throws LinuxException, NobodyLeft {
    WaitStatus.Of told = fetched(tid);
    return told == null ? wait(tid, ProcessKernel.WNOHANG) : told;
  }

  private WaitStatus.@Nullable Of fetched(int tid) {
    for (WaitStatus.Of status : untold) {
      if (status.tid() == tid) {
        untold.remove(status);
        return status;
      }
    }
    return null;
  }

  private WaitStatus.@Nullable Of wait(int tid, int options) throws LinuxException, NobodyLeft {
    long result = TraceKernel.wait4(tid, word.address(), WALL | WNOTHREAD | options);
    if (result == EINTR || result == 0) {
      return null;
    }
    if (result == ECHILD || result == ESRCH) {
      throw new NobodyLeft();
    }
    LinuxException.check(result, "wait4", null);
    return new WaitStatus.Of((int) result, word.get(ValueLayout.JAVA_INT, 0));
  }

  /** There is nobody to wait for. */
  public static final class NobodyLeft extends Exception {
    private static final long serialVersionUID = 1L;

    NobodyLeft() {
      super("no tracee and no child", null, false, false);
    }
  }
}
