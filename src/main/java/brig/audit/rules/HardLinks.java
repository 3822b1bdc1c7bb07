package brig.audit.rules;

import brig.audit.About;
import brig.audit.Blueprint;
import brig.audit.Findings;
import brig.audit.Inspection;
import brig.audit.Node;
import brig.audit.Rule;
import brig.audit.Severity;
import brig.linux.LinuxException;
import brig.linux.Stat;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Files that have more names than the jail knows. Generations of one jail may share files. */
final class HardLinks implements Rule {
  static final About ABOUT =
      new About(
          "hard-link",
          Severity.MEDIUM,
          "a file that has another name outside the jail",
          "It is one file under two names: what is written inside is changed outside, and an"
              + " upgrade or an edit outside is one inside. A service that may write to it has a"
              + " hand in the host.",
          "Make it a file of its own: cp -a FILE FILE.new && mv FILE.new FILE. A file system of the"
              + " jail's own rules such links out.");

  /** A bound for the memory; a jail with more is told to be incompletely seen. */
  private static final int MOST = 1_000_000;

  private record Inode(long device, long number) {}

  private static final class Names {
    final String path;
    final Stat stat;
    int seen;

    Names(String path, Stat stat) {
      this.path = path;
      this.stat = stat;
    }
  }

  private final Map<Inode, Names> found = new HashMap<>();
  private boolean full;

  @Override
  public About about() {
    return ABOUT;
  }

  @Override
  public boolean isHeldByMount() {
    return true;
  }

  @Override
  public void look(Node node, Findings out) {
    Stat stat = node.stat();
    if (stat.isDirectory() || stat.links() < 2) {
      return;
    }
    Inode inode = new Inode(stat.device(), stat.inode());
    Names names = found.get(inode);
    if (names == null) {
      full |= found.size() == MOST;
      if (full) {
        return;
      }
      names = new Names(node.path(), stat);
      found.put(inode, names);
    }
    names.seen++;
  }

  @Override
  public void finish(Inspection jail, Findings out) throws LinuxException {
    if (full) {
      jail.notSeen().add("/", "more than " + MOST + " files have several names");
    }
    found.values().removeIf(names -> names.seen >= names.stat.links());
    Blueprint blueprint = jail.subject().blueprint();
    if (!found.isEmpty() && blueprint != null) {
      List<String> trees = new ArrayList<>(blueprint.otherRoots().values());
      trees.addAll(blueprint.otherPlaces());
      for (String tree : trees) {
        jail.count(tree, this::countElsewhere);
      }
    }
    for (Names names : found.values()) {
      int outside = names.stat.links() - names.seen;
      if (outside > 0) {
        out.add(
            ABOUT,
            names.path,
            "has "
                + names.stat.links()
                + " names, of which "
                + outside
                + (outside == 1 ? " is" : " are")
                + " not in the jail");
      }
    }
  }

  private void countElsewhere(Stat stat) {
    Names names = found.get(new Inode(stat.device(), stat.inode()));
    if (names != null && !stat.isDirectory()) {
      names.seen++;
    }
  }
}
