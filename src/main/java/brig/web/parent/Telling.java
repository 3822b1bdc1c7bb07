package brig.web.parent;

import brig.report.Problem;

/** Where the parent tells what happens. */
@FunctionalInterface
public interface Telling {
  /** A line, without a name before it and without an end. */
  void tell(String line);

  default void tell(Problem problem) {
    tell(problem.text());
  }
}
