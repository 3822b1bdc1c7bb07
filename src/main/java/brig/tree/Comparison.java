package brig.tree;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Two manifests, path by path. */
public final class Comparison {
  private Comparison() {}

  /** All paths at which they differ, sorted. */
  public static List<Difference> of(Manifest from, Manifest to) {
    List<Difference> differences = new ArrayList<>();
    List<ManifestEntry> before = from.entries();
    List<ManifestEntry> after = to.entries();
    int b = 0;
    int a = 0;
    while (b < before.size() || a < after.size()) {
      int order = order(before, b, after, a);
      if (order < 0) {
        ManifestEntry gone = before.get(b++);
        differences.add(new Difference(gone.path(), gone, null, Set.of()));
      } else if (order > 0) {
        ManifestEntry fresh = after.get(a++);
        differences.add(new Difference(fresh.path(), null, fresh, Set.of()));
      } else {
        Difference difference = Difference.between(before.get(b++), after.get(a++));
        if (difference != null) {
          differences.add(difference);
        }
      }
    }
    return differences;
  }

  private static int order(List<ManifestEntry> before, int b, List<ManifestEntry> after, int a) {
    if (b == before.size()) {
      return 1;
    }
    return a == after.size() ? -1 : before.get(b).path().compareTo(after.get(a).path());
  }
}
