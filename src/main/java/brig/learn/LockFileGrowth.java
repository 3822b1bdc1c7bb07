package brig.learn;

import brig.report.Position;
import brig.spec.Located;
import brig.spec.LockFile;
import brig.spec.LockFile.LearnedAccount;
import brig.spec.LockFile.LearnedPath;
import brig.spec.LockFile.LearnedPlace;
import brig.spec.LockFile.Run;
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

  static LockFile with(LockFile lock, Run run, List<Addition> additions) {
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
    List<Located<String>> unused = new ArrayList<>(lock.unused());
    unused.removeIf(
        left ->
            additions.stream()
                .anyMatch(
                    a -> a instanceof Addition.Path p && p.path().path().equals(left.value())));
    return new LockFile(lock.file(), runs, paths, places, accounts, lock.seen(), unused, preloads);
  }
}
