package brig.linux;

/** Descendants whose parent has ended: PR_SET_CHILD_SUBREAPER of prctl(2). */
public final class Orphans {
  private static final int PR_SET_CHILD_SUBREAPER = 36;
  private static final int P_PID = 1;

  private Orphans() {}

  /** From now on they become children of this process. */
  public static void adopt() throws LinuxException {
    set(1);
  }

  /** From now on they become children of whoever had them before. */
  public static void leave() throws LinuxException {
    set(0);
  }

  private static void set(int on) throws LinuxException {
    LinuxException.check(
        JailKernel.prctl(PR_SET_CHILD_SUBREAPER, on, 0), "prctl PR_SET_CHILD_SUBREAPER", null);
  }

  /** Gives the entry of one that has ended back to the kernel; nothing when it still runs. */
  public static void reap(int pid) {
    // Nobody asks how it ended; ECHILD: it was never ours.
    ProcessKernel.waitid(P_PID, pid, 0, ProcessKernel.WEXITED | ProcessKernel.WNOHANG);
  }
}
