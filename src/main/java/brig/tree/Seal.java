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
   * @param manner what holds for all of them alike
   * @param warnings what the person should know of the rules' work
   */
  record Outcome(List<Change> changes, Manner manner, List<Problem> warnings) {
    public Outcome(List<Change> changes, List<Problem> warnings) {
      this(changes, Manner.PLAIN, warnings);
    }
  }

  /**
   * What is done to every file, beyond its owner and mode. A file of a tree that was sealed in
   * another manner is not the same file, though its content, owner and mode be.
   *
   * @param immutable the finished tree is closed with {@link ImmutableTree}
   * @param capabilities file capabilities are kept
   * @param accessLists access lists (ACL) and {@code user.*} attributes are kept
   */
  record Manner(boolean immutable, boolean capabilities, boolean accessLists) {
    public static final Manner PLAIN = new Manner(false, true, true);

    /** One word, as the manifest keeps it: {@code plain}, {@code immutable,no-capabilities}. */
    public String word() {
      String word = immutable ? ",immutable" : "";
      word += capabilities ? "" : ",no-capabilities";
      word += accessLists ? "" : ",no-attributes";
      return word.isEmpty() ? "plain" : word.substring(1);
    }
  }
}
