package brig.report;

/** What a command's exit status says, as in s6: 100 wrong usage, 111 the system refused. */
public enum ExitCode {
  OK(0),
  /** The command worked and found something (an audit's findings, a service that is down). */
  FINDINGS(1),
  /** The arguments or a file of the person's are wrong; nothing was changed. */
  USAGE(100),
  /** A bug in Brig. */
  BUG(101),
  /** The system refused something that was asked for. */
  REFUSED(111);

  private final int status;

  ExitCode(int status) {
    this.status = status;
  }

  public int status() {
    return status;
  }
}
