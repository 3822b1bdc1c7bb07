package brig.tree;

import brig.linux.Attributes;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.plan.Plan;
import brig.report.Problem;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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

    /** Whether an extended attribute of the host's file is kept in the copy. */
    boolean keeps(String attribute) {
      return attribute.equals("security.capability")
          ? capabilities
          : accessLists
              && (attribute.equals("system.posix_acl_access") || attribute.startsWith("user."));
    }

    /** Whether two files have the same of those that are kept. */
    boolean hasSameAttributes(Fd a, Fd b) throws LinuxException {
      Map<String, String> ours = attributes(a);
      return ours.equals(attributes(b));
    }

    private Map<String, String> attributes(Fd file) throws LinuxException {
      Map<String, String> kept = new HashMap<>();
      for (String name : Attributes.names(file)) {
        if (keeps(name)) {
          kept.put(name, Arrays.toString(Attributes.value(file, name)));
        }
      }
      return kept;
    }

    /** The manner of a word. */
    public static Manner of(String word) {
      return new Manner(
          word.contains("immutable"),
          !word.contains("no-capabilities"),
          !word.contains("no-attributes"));
    }

    /** One word, as the manifest keeps it: {@code plain}, {@code immutable,no-capabilities}. */
    public String word() {
      String word = immutable ? ",immutable" : "";
      word += capabilities ? "" : ",no-capabilities";
      word += accessLists ? "" : ",no-attributes";
      return word.isEmpty() ? "plain" : word.substring(1);
    }
  }
}
