package brig.hole.lint;

import brig.report.Problem;

/**
 * Something that was noticed.
 *
 * @param problem with the place in the hole's file, or none when it is of the file itself
 */
public record Remark(Weight weight, Problem problem) {
  /** How much it matters. */
  public enum Weight {
    /** It works, and is seldom meant. */
    HINT,
    /** The job will not run, or is not safe. */
    ERROR
  }

  static Remark error(Problem problem) {
    return new Remark(Weight.ERROR, problem);
  }

  static Remark hint(Problem problem) {
    return new Remark(Weight.HINT, problem);
  }
}
