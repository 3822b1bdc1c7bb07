package brig.report;

import java.util.List;

/** A command cannot go on; carries what to tell the person. Never shown as a stack trace. */
public final class BrigException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;
  private final ExitCode exitCode;

  public BrigException(ExitCode exitCode, List<Problem> problems) {
    super(problems.isEmpty() ? exitCode.name() : problems.getFirst().text());
    this.exitCode = exitCode;
    this.problems = List.copyOf(problems);
  }

  public BrigException(ExitCode exitCode, Problem problem) {
    this(exitCode, List.of(problem));
  }

  /** The person's input is wrong (a jailfile, an argument): exit 100. */
  public static BrigException usage(Problem problem) {
    return new BrigException(ExitCode.USAGE, problem);
  }

  /** The system refused: exit 111. */
  public static BrigException refused(Problem problem) {
    return new BrigException(ExitCode.REFUSED, problem);
  }

  public List<Problem> problems() {
    return problems;
  }

  public ExitCode exitCode() {
    return exitCode;
  }
}
