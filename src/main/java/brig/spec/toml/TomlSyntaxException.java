package brig.spec.toml;

import brig.report.Problem;

/** A mistake in one expression; the parser reports it and goes on after the expression. */
final class TomlSyntaxException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Problem problem;
  private final boolean overLines;

  TomlSyntaxException(Problem problem) {
    this(problem, false);
  }

  /**
   * @param overLines the next line is likely part of what went wrong
   */
  TomlSyntaxException(Problem problem, boolean overLines) {
    super(problem.message(), null, false, false);
    this.problem = problem;
    this.overLines = overLines;
  }

  boolean overLines() {
    return overLines;
  }

  Problem problem() {
    return problem;
  }
}
