package brig.linux;

/** What wait4(2) tells, as ptrace(2) extends it. */
public final class WaitStatus {
  public static final int EVENT_FORK = 1;
  public static final int EVENT_VFORK = 2;
  public static final int EVENT_CLONE = 3;
  public static final int EVENT_EXEC = 4;
  public static final int EVENT_SECCOMP = 7;
  public static final int EVENT_STOP = 128;

  private static final int SIGTRAP = 5;
  private static final int SIGSTOP = 19;
  private static final int SIGTSTP = 20;
  private static final int SIGTTIN = 21;
  private static final int SIGTTOU = 22;
  private static final int CALL = SIGTRAP | 0x80; // PTRACE_O_TRACESYSGOOD

  private WaitStatus() {}

  /**
   * Of one thread.
   *
   * @param status the word as the kernel gives it
   */
  public record Of(int tid, int status) {
    /** It is no more; for the first thread of a process, the process is no more. */
    public boolean ended() {
      return !stopped();
    }

    public boolean stopped() {
      return (status & 0xFF) == 0x7F;
    }

    /** How, when it {@link #ended}. */
    public Pidfd.Ending ending() {
      boolean exited = (status & 0x7F) == 0;
      return new Pidfd.Ending(exited, exited ? status >>> 8 & 0xFF : status & 0x7F);
    }

    /** One of the EVENT_ constants; 0: a signal, or a system call. */
    public int event() {
      return status >>> 16;
    }

    public int signal() {
      return status >>> 8 & 0xFF;
    }

    /** It stands at the beginning or the end of a system call. */
    public boolean atCall() {
      return event() == 0 && signal() == CALL;
    }

    /** Its whole process was stopped by a signal that stops, and waits for SIGCONT. */
    public boolean groupStop() {
      return event() == EVENT_STOP
          && switch (signal()) {
            case SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU -> true;
            default -> false;
          };
    }
  }
}
