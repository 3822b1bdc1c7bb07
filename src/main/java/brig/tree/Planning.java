package brig.tree;

import brig.plan.HostDrift;
import brig.plan.Inputs;
import brig.plan.Plan;
import brig.plan.WholeDirectories.Whole;
import brig.plan.packages.Origin;
import brig.report.BrigException;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** How a plan is come by, and how it is known that it would come out the same again. */
public interface Planning {
  /** Works the plan out. May be called again when the host changed while it was copied. */
  Planned plan() throws BrigException, IOException;

  /** The names of the files that {@link Planned#beside} has. */
  List<String> besides();

  /**
   * How all that a former plan was made from differs from then.
   *
   * @param inputs what {@link Planned#inputs} was
   */
  HostDrift drift(byte[] inputs) throws IOException;

  /** What the packages are found in, as one number: while it is the same, so are the packages. */
  long originsPrint() throws IOException;

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
   * @param inputs kept beside the tree for {@link #drift}
   * @param beside further files that are kept beside the tree, by their names: what a start needs
   *     to know of the plan
   * @param whole the directories that a jail whose files are mounted shows as they are
   */
  record Planned(Plan plan, Inputs inputs, Map<String, byte[]> beside, Map<String, Whole> whole) {
    public Planned(Plan plan, Inputs inputs, Map<String, byte[]> beside) {
      this(plan, inputs, beside, Map.of());
    }
  }
}
