package brig.spec.toml;

import brig.report.Problem;

/** A mistake in one expression; the parser reports it and goes on after the expression. */
final class TomlSyntaxException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Problem problem;

  TomlSyntaxException(Problem problem) {
    super(problem.message(), null, false, false);
    this.problem = problem;
  }

  Problem problem() {
    return problem;
  }
}
