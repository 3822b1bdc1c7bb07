package brig.learn;

import brig.report.BrigException;
import brig.report.Problem;
import brig.spec.JailSpec;
import brig.spec.LockFile;
import brig.spec.LockFile.Run;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Of what was found, that with which a plan can be made: the level strict refuses some. */
final class Plannable {
  private Plannable() {}

  /**
   * Sorts out.
   *
   * @param refused gets the problems of the others
   */
  static List<Addition> of(
      Workbench bench,
      JailSpec spec,
      LockFile lock,
      Run run,
      List<Addition> found,
      Map<String, Problem> refused)
      throws BrigException, IOException {
    List<Addition> left = new ArrayList<>(found);
    while (!left.isEmpty()) {
      try {
        bench.plan(bench.spec(LockFileGrowth.with(spec, lock, run, left)));
        return left;
      } catch (BrigException e) {
        if (!left.removeIf(addition -> isToBlame(addition, e, refused))) {
          throw e;
        }
      }
    }
    return left;
  }

  private static boolean isToBlame(
      Addition addition, BrigException e, Map<String, Problem> refused) {
    boolean blamed = false;
    String name =
        switch (addition) {
          case Addition.Path path -> path.path().path();
          case Addition.Preload preload -> preload.path().path();
          case Addition.Place place -> place.place().path();
          case Addition.Account account -> account.account().name();
        };
    for (Problem problem : e.problems()) {
      if (problem.text().contains(name)) {
        refused.putIfAbsent(problem.message(), problem);
        blamed = true;
      }
    }
    return blamed;
  }
}
