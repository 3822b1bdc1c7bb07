package brig.spec;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Finds the word that was meant. */
public final class NearestWord {
  private NearestWord() {}

  /**
   * The known word that differs least, when it differs little: two letters wrong, missing, too many
   * or swapped; one in a short word.
   */
  public static @Nullable String to(String word, Collection<String> known) {
    String wanted = word.length() > 64 ? word.substring(0, 64) : word;
    wanted = wanted.toLowerCase(java.util.Locale.ROOT).replace('-', '_');
    String nearest = null;
    int least = wanted.length() <= 4 ? 2 : 3;
    for (String candidate : known) {
      int distance = distance(wanted, candidate.toLowerCase(java.util.Locale.ROOT));
      if (distance < least) {
        least = distance;
        nearest = candidate;
      }
    }
    return nearest == null ? longerOrShorter(wanted, known) : nearest;
  }

  /** {@code env} was meant as {@code environment}; {@code includes_files} as {@code includes}. */
  private static @Nullable String longerOrShorter(String word, Collection<String> known) {
    for (String candidate : known) {
      if (word.length() >= 3 && candidate.length() >= 4) {
        if (candidate.startsWith(word) || word.startsWith(candidate)) {
          return candidate;
        }
      }
    }
    return null;
  }

  /** Damerau's distance, a swap of neighbours counting one. */
  static int distance(String a, String b) {
    int[] before = new int[b.length() + 1];
    int[] last = new int[b.length() + 1];
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      last[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(change, Math.min(last[j], row[j - 1]) + 1);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          row[j] = Math.min(row[j], before[j - 2] + 1);
        }
      }
      int[] free = before;
      before = last;
      last = row;
      row = free;
    }
    return last[b.length()];
  }
}
