package brig.plan;

import brig.report.Problem;
import brig.spec.JailSpec;
import brig.spec.Located;
import brig.spec.LockFile.Evidence;
import brig.spec.LockFile.LearnedPath;
import brig.spec.LockFile.LearnedPlace;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the lock file brings in. What has gone from the host since is told, and hinders nothing. */
final class LearnedEntries {
  private final Draft draft;
  private final Accounts accounts;
  private final Troubles troubles;
  private final JailSpec spec;

  LearnedEntries(Draft draft, Accounts accounts) {
    this.draft = draft;
    this.accounts = accounts;
    this.troubles = draft.troubles();
    this.spec = draft.spec();
  }

  private Reason because(Located<?> line, Evidence evidence) {
    return troubles.because(line).then(evidence.text());
  }

  /** Where the service writes, unless the jailfile says otherwise. */
  void addPlaces() throws IOException {
    for (Located<LearnedPlace> line : spec.learned().places()) {
      LearnedPlace place = line.value();
      Reason why = because(line, place.evidence());
      String real = draft.realDirectory(place.path(), why);
      if (real == null || real.isEmpty() || draft.isInWritable(real)) {
        continue;
      }
      if (!draft.holds(real) || draft.entry(real) instanceof Entry.Directory) {
        boolean root = place.temporary() && place.owner() == null && spec.identity().startAsRoot();
        int[] owner = root ? new int[] {0, 0} : accounts.owner(place.owner(), line);
        draft.put(
            new Entry.Writable(
                real, place.mode(), owner[0], owner[1], place.temporary(), draft.reasonsOf(real)),
            why);
      }
    }
  }

  void addPaths() throws IOException {
    for (Located<LearnedPath> line : spec.learned().paths()) {
      LearnedPath path = line.value();
      Reason why = because(line, path.evidence());
      if (draft.isInWritable(path.path())) {
        continue; // the jailfile has given the service that place since
      }
      String real = add(path, why);
      if (real == null
          && !draft.omissions().isExcluded(path.path(), why)
          && !draft.exists(path.path())) {
        troubles.warn(
            Problem.of("the host has no " + path.path() + " any more, which was learned")
                .remedy("If the service does well without it, take the lines out."),
            why);
      }
    }
  }

  private @Nullable String add(LearnedPath path, Reason why) throws IOException {
    String real = draft.real(path.path());
    if (real != null) {
      draft.omissions().exclusions().bringBack(real);
    }
    String name = Paths.name(path.path());
    boolean plugin = name.endsWith(".so") || name.contains(".so.");
    // A plugin is looked up as the program that loaded it would: its RUNPATH counts (case 12).
    String by = path.evidence().by();
    return plugin && by.startsWith("/")
        ? draft.addLearnedPlugin(path.path(), List.of(by), why)
        : draft.add(path.path(), why);
  }
}
