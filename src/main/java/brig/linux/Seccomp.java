package brig.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Filters of system calls on the calling thread and its later children: seccomp(2). */
public final class Seccomp {
  static final int SECCOMP_SET_MODE_FILTER = 1;
  private static final int SECCOMP_FILTER_FLAG_TSYNC = 1;
  private static final int SECCOMP_FILTER_FLAG_LOG = 1 << 1; // since Linux 4.14
  private static final int SECCOMP_FILTER_FLAG_NEW_LISTENER = 1 << 3;

  private Seccomp() {}

  /** A program in the form that the kernel takes, ready to be installed without further memory. */
  public static final class Filter {
    private final MemorySegment program;

    // Holds the instructions, which the program only points to.
    private final MemorySegment instructions;

    public Filter(BpfProgram source) {
      long[] code = source.instructions();
      Arena arena = Arena.ofAuto();
      instructions = arena.allocateFrom(ValueLayout.JAVA_LONG, code);
      // struct sock_fprog { unsigned short len; struct sock_filter *filter; }
      program = arena.allocate(16, 8);
      program.set(ValueLayout.JAVA_INT, 0, code.length); // u16 and padding; both ABIs little-endian
      program.set(ValueLayout.JAVA_LONG, 8, instructions.address());
    }

    MemorySegment program() {
      return program;
    }

    MemorySegment instructions() {
      return instructions;
    }
  }

  /** Installs a filter for good. The thread must have no_new_privs, or CAP_SYS_ADMIN. */
  public static void install(Filter filter) throws LinuxException {
    LinuxException.check(
        JailKernel.seccomp(SECCOMP_SET_MODE_FILTER, 0, filter.program.address()), "seccomp", null);
  }

  /**
   * The same on every thread of this process; ESRCH when one of them has another filter than this
   * thread.
   */
  public static void installOnAll(Filter filter) throws LinuxException {
    long result =
        JailKernel.seccomp(
            SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, filter.program.address());
    if (result > 0) {
      throw new LinuxException("seccomp", "thread " + result, Errno.ESRCH);
    }
    LinuxException.check(result, "seccomp", null);
  }

  /**
   * The same, and the kernel's log tells of every call that it refuses, as far as
   * /proc/sys/kernel/seccomp/actions_logged has it so.
   */
  public static void installTelling(Filter filter) throws LinuxException {
    LinuxException.check(
        JailKernel.seccomp(
            SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_LOG, filter.program.address()),
        "seccomp",
        null);
  }

  /**
   * Installs a filter whose USER_NOTIF answers are given by whoever reads the descriptor
   * (seccomp_unotify(2), since Linux 5.0).
   */
  public static Fd installWithListener(Filter filter) throws LinuxException {
    long fd =
        JailKernel.seccomp(
            SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, filter.program.address());
    return Fd.of((int) LinuxException.check(fd, "seccomp", null), "the seccomp listener");
  }
}
