package brig.plan.rules;

import brig.plan.Draft;
import brig.plan.PlannedFile;
import java.io.IOException;

/**
 * Knows what some kind of software opens at run time that cannot be read from its files' links and
 * libraries.
 */
public interface Rule {
  /** Called once for each file of the host that comes into the plan. */
  default void saw(PlannedFile file, Draft draft) throws IOException {}

  /** Called when there is no file left to look at; again, as long as anything came in. */
  default void settle(Draft draft) throws IOException {}
}
