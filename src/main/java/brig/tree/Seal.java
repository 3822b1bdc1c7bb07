package brig.tree;

import brig.plan.Plan;
import brig.report.Problem;
import java.util.List;

/**
 * Decides the final owners and modes before anything is written, so that nothing ever is on disk
 * with more than it is to have. The rules are in {@link brig.seal}.
 */
@FunctionalInterface
public interface Seal {
  /** One change for each that is given, in the same order, for the same paths. */
  Outcome seal(Plan plan, List<Change> changes);

  /**
   * Changes as they are carried out.
   *
   * @param warnings what the person should know of the rules' work
   */
  record Outcome(List<Change> changes, List<Problem> warnings) {}
}
