package brig.learn;

import brig.report.Position;
import brig.spec.JailSpec;
import brig.spec.JailSpec.Mode;
import brig.spec.Located;
import brig.spec.LockFile;
import brig.spec.LockFile.LearnedAccount;
import brig.spec.LockFile.LearnedPath;
import brig.spec.LockFile.LearnedPlace;
import brig.spec.LockFile.Run;
import brig.spec.PathRules;
import java.util.ArrayList;
import java.util.List;

/** A lock file with more in it. */
final class LockFileGrowth {
  private LockFileGrowth() {}

  static int nextRun(LockFile lock) {
    int last = 0;
    for (Run run : lock.runs()) {
      last = Math.max(last, run.number());
    }
    return last + 1;
  }

  /**
   * The same with additions. A path that a place hides goes: nothing of the host's would be seen
   * there.
   *
   * @param spec of the jail whose lock file it is
   */
  static LockFile with(JailSpec spec, LockFile lock, Run run, List<Addition> additions) {
    List<Run> runs = new ArrayList<>(lock.runs());
    if (runs.stream().noneMatch(r -> r.number() == run.number())) {
      runs.add(run);
    }
    List<Located<LearnedPath>> paths = new ArrayList<>(lock.paths());
    List<Located<LearnedPlace>> places = new ArrayList<>(lock.places());
    List<Located<LearnedPath>> preloads = new ArrayList<>(lock.preloads());
    List<Located<LearnedAccount>> accounts = new ArrayList<>(lock.accounts());
    Position at = new Position(lock.file(), 1, 1);
    for (Addition addition : additions) {
      switch (addition) {
        case Addition.Path path -> paths.add(new Located<>(path.path(), at));
        case Addition.Preload preload -> preloads.add(new Located<>(preload.path(), at));
        case Addition.Place place -> places.add(new Located<>(place.place(), at));
        case Addition.Account account -> accounts.add(new Located<>(account.account(), at));
      }
    }
    paths.removeIf(path -> isHidden(spec, path.value().path(), places));
    List<Located<String>> unused = new ArrayList<>(lock.unused());
    unused.removeIf(
        left ->
            additions.stream()
                .anyMatch(
                    a -> a instanceof Addition.Path p && p.path().path().equals(left.value())));
    return new LockFile(lock.file(), runs, paths, places, accounts, lock.seen(), unused, preloads);
  }

  /** Whether one of the places is mounted over what the path would bring. */
  static boolean isHidden(JailSpec spec, String path, List<Located<LearnedPlace>> places) {
    JailSpec.Late late = spec.late();
    // In mode "self" places are named as the host has them.
    String inside = late != null && spec.mode() == Mode.SELF ? late.root().value() + path : path;
    for (Located<LearnedPlace> located : places) {
      String place = located.value().path();
      // What a daemon of the host's gets is mounted last, in a place too.
      if (late == null ? PathRules.isAtOrBelow(inside, place) : inside.equals(place)) {
        return true;
      }
    }
    return false;
  }
}
