package brig.learn;

import brig.plan.Entry;
import brig.plan.Plan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What could be left out of a jail.
 *
 * @param paths files, links and whole directories, sorted
 * @param before what the jail holds; {@code after}: what it would
 * @param keptUntouched how many files stay that no run touched, by the reason
 */
public record Shrinkage(
    List<String> paths, Size before, Size after, Map<String, Integer> keptUntouched) {

  /**
   * How much is in a jail, as its plan has it.
   *
   * @param libraries files with {@code .so} in their names
   */
  public record Size(int files, long bytes, int libraries) {
    static Size of(Plan plan) {
      int files = 0;
      long bytes = 0;
      int libraries = 0;
      for (Entry entry : plan.entries()) {
        if (entry instanceof Entry.File file) {
          files++;
          bytes += file.stat().size();
          libraries += isLibrary(file.path()) ? 1 : 0;
        }
      }
      return new Size(files, bytes, libraries);
    }

    private static boolean isLibrary(String path) {
      String name = path.substring(path.lastIndexOf('/') + 1);
      return name.endsWith(".so") || name.contains(".so.");
    }
  }

  /**
   * Counts it up.
   *
   * @param touched directories among them are not left out as a whole
   */
  static Shrinkage of(Plan plan, Idle idle, Set<String> touched) {
    int files = 0;
    long bytes = 0;
    int libraries = 0;
    List<String> out = new ArrayList<>();
    for (Entry entry : plan.entries()) {
      if (idle.leavesOut(entry.path())) {
        out.add(entry.path());
      } else if (entry instanceof Entry.File file) {
        files++;
        bytes += file.stat().size();
        libraries += Size.isLibrary(file.path()) ? 1 : 0;
      }
    }
    Map<String, Integer> untouched = new TreeMap<>();
    for (Map.Entry<String, String> kept : idle.kept().entrySet()) {
      if (!touched.contains(kept.getKey())) {
        String why = kept.getValue();
        int by = why.indexOf(" by /");
        int of = why.indexOf(" of /");
        int cut = Math.max(by, of);
        untouched.merge(cut < 0 ? why : why.substring(0, cut + 3) + " what stays", 1, Integer::sum);
      }
    }
    return new Shrinkage(
        whole(plan, out, touched), Size.of(plan), new Size(files, bytes, libraries), untouched);
  }

  /** A directory in place of all that is in it, when nothing of it stays. */
  private static List<String> whole(Plan plan, List<String> out, Set<String> touched) {
    Set<String> gone = new TreeSet<>(out);
    Map<String, Integer> children = new HashMap<>();
    Map<String, Integer> leaving = new HashMap<>();
    for (Entry entry : plan.entries()) {
      children.merge(Outside.parent(entry.path()), 1, Integer::sum);
    }
    // From the deepest: each is sorted after the directory that holds it.
    for (int i = plan.entries().size() - 1; i > 0; i--) {
      Entry entry = plan.entries().get(i);
      String path = entry.path();
      if (entry instanceof Entry.Directory
          && !touched.contains(path)
          && children.getOrDefault(path, 0) > 0
          && children.getOrDefault(path, 0).equals(leaving.get(path))) {
        gone.add(path);
      }
      if (gone.contains(path)) {
        leaving.merge(Outside.parent(path), 1, Integer::sum);
      }
    }
    List<String> highest = new ArrayList<>();
    for (String path : gone) {
      if (!gone.contains(Outside.parent(path))) {
        highest.add(path);
      }
    }
    return highest;
  }
}
