package brig.web.cgi;

import java.util.ArrayList;
import java.util.List;

/**
 * The words of an indexed query, {@code ?one+two} (RFC 3875, 4.4): a program gets them as
 * arguments. A word that begins with a minus would be an option, as php-cgi once took {@code ?-s}
 * (CVE-2012-1823): then none is handed over.
 */
final class SearchWords {
  private static final int MOST = 64;

  private SearchWords() {}

  static List<String> of(String query) {
    if (query.isEmpty() || query.indexOf('=') >= 0) {
      return List.of();
    }
    List<String> words = new ArrayList<>();
    int from = 0;
    while (from <= query.length()) {
      int plus = query.indexOf('+', from);
      int to = plus < 0 ? query.length() : plus;
      String word = UrlText.decode(query.substring(from, to));
      if (word == null || word.startsWith("-") || words.size() == MOST) {
        return List.of();
      }
      words.add(word);
      from = to + 1;
    }
    return words;
  }
}
