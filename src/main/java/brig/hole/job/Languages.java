package brig.hole.job;

import java.util.List;
import java.util.Locale;

/** Chooses a language. */
public final class Languages {
  private Languages() {}

  /**
   * The language of a hole that a visitor wishes most.
   *
   * @param spoken the hole's, at least one; the first where no wish can be met
   * @param wish a tag or a whole Accept-Language (RFC 9110, 12.5.4), in any form: what makes no
   *     sense is passed over
   */
  public static String choose(List<String> spoken, String wish) {
    String best = spoken.getFirst();
    int bestWeight = 0;
    int from = 0;
    while (from < wish.length()) {
      int comma = wish.indexOf(',', from);
      String part = wish.substring(from, comma < 0 ? wish.length() : comma);
      from = comma < 0 ? wish.length() : comma + 1;
      int semicolon = part.indexOf(';');
      String range = (semicolon < 0 ? part : part.substring(0, semicolon)).strip();
      int weight = semicolon < 0 ? 1000 : weight(part.substring(semicolon + 1).strip());
      String found = weight > bestWeight ? match(spoken, range) : "";
      if (!found.isEmpty()) {
        best = found;
        bestWeight = weight;
      }
    }
    return best;
  }

  /** {@code q=0.8} in thousandths; 0 when it is nothing of the kind. */
  private static int weight(String text) {
    if (!text.startsWith("q=") || text.length() > 7) {
      return 0;
    }
    try {
      double weight = Double.parseDouble(text.substring(2));
      return weight >= 0 && weight <= 1 ? (int) (weight * 1000) : 0;
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private static String match(List<String> spoken, String range) {
    if (range.equals("*")) {
      return spoken.getFirst();
    }
    String wanted = range.toLowerCase(Locale.ROOT);
    for (String language : spoken) {
      if (language.toLowerCase(Locale.ROOT).equals(wanted)) {
        return language;
      }
    }
    for (String language : spoken) {
      if (!wanted.isEmpty() && primary(language).equals(primary(wanted))) {
        return language;
      }
    }
    return "";
  }

  private static String primary(String tag) {
    int hyphen = tag.indexOf('-');
    return (hyphen < 0 ? tag : tag.substring(0, hyphen)).toLowerCase(Locale.ROOT);
  }
}
