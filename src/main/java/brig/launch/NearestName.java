package brig.launch;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** What somebody probably meant. */
final class NearestName {
  private NearestName() {}

  /** The name with the fewest edits, at most a third of its length; null when all are farther. */
  static @Nullable String of(String written, Collection<String> names) {
    String best = null;
    int least = Math.max(1, written.length() / 3) + 1;
    for (String name : names) {
      int edits = edits(written, name);
      if (edits < least || (edits == least && best != null && name.compareTo(best) < 0)) {
        least = edits;
        best = name;
      }
    }
    return best;
  }

  // Levenshtein's distance, one row at a time.
  private static int edits(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
