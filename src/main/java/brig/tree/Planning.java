package brig.tree;

import brig.plan.Plan;
import brig.plan.packages.Origin;
import brig.report.BrigException;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** How a plan is come by, and how it is known that it would come out the same again. */
public interface Planning {
  /** Works the plan out. May be called again when the host changed while it was copied. */
  Planned plan() throws BrigException, IOException;

  /**
   * Whether all that a former plan was made from looks as it did then.
   *
   * @param inputs what {@link Planned#inputs} was
   */
  boolean unchanged(byte[] inputs) throws IOException;

  /**
   * The packages that files of the host come from, for the manifest alone; those that no package
   * has brought are absent. Called while files are copied.
   *
   * @param paths on the host
   */
  Map<String, Origin> origins(List<String> paths) throws IOException;

  /**
   * A plan with what it was made from.
   *
   * @param inputs kept beside the tree as they are, for {@link #unchanged}
   * @param beside further files that are kept beside the tree, by their names: what a start needs
   *     to know of the plan
   */
  record Planned(Plan plan, byte[] inputs, Map<String, byte[]> beside) {}
}
