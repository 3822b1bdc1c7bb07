package brig.plan;

import brig.plan.Resolver.Outcome;
import brig.plan.Resolver.Resolution;
import brig.report.Problem;
import java.io.IOException;

/** Adds all that is in a directory of the host. */
final class TreeWalk {
  private final Draft draft;
  private final String root;
  private final TreeFilter filter;

  TreeWalk(Draft draft, String root, TreeFilter filter) {
    this.draft = draft;
    this.root = root;
    this.filter = filter;
  }

  void add(Reason why) throws IOException {
    if (draft.isDirectory(root)) {
      addBelow(root, why.then("in " + root));
    }
  }

  private void addBelow(String directory, Reason why) throws IOException {
    String prefix = directory.equals("/") ? "/" : directory + "/";
    for (String name : draft.host().list(directory)) {
      String path = prefix + name;
      FileStat stat = draft.host().lstat(path);
      if (stat == null || draft.omissions().isExcluded(path, why)) {
        continue;
      }
      boolean isDirectory = stat.type() == FileStat.Type.DIRECTORY;
      TreeFilter.Choice choice = filter.choose(path, isDirectory);
      if (choice == TreeFilter.Choice.SKIP
          || (!isDirectory && draft.omissions().isLeftOut(path, why))) {
        continue;
      }
      if (stat.type() == FileStat.Type.LINK) {
        addLink(path, why);
      } else {
        PlannedFile.Role role =
            choice == TreeFilter.Choice.DATA ? PlannedFile.Role.DATA : PlannedFile.Role.UNKNOWN;
        String real = draft.add(path, why, role);
        if (isDirectory && real != null) {
          addBelow(path, why);
        }
      }
    }
  }

  private void addLink(String path, Reason why) throws IOException {
    Resolution end = draft.resolver().resolve(path);
    String added = draft.add(path, why);
    if (end.outcome() == Outcome.LOOP) {
      return;
    }
    if (added == null) {
      boolean absent = end.outcome() == Outcome.ABSENT;
      draft
          .troubles()
          .warn(
              Problem.of("left out the link " + path)
                  .answered("it leads to " + end.path() + (absent ? ", which is not there" : ""))
                  .remedy(
                      absent ? "Mend it or exclude it." : "That may not come in, or is excluded."),
              why);
    } else if (end.isDirectory() && !Paths.isWithin(added, root)) {
      addLinkedDirectory(path, added, why);
    }
  }

  /** A link out of the tree brings the directory that it names, but never half of the host. */
  private void addLinkedDirectory(String link, String directory, Reason why) throws IOException {
    if (Paths.isWithin(root, directory) || Paths.parent(directory).isEmpty()) {
      draft
          .troubles()
          .warn(
              Problem.of("left out what is in " + directory + ", to which " + link + " leads")
                  .remedy("Include what is needed of it by a line of its own."),
              why);
      return;
    }
    draft.addTree(directory, why.then("link " + link), filter);
  }
}
