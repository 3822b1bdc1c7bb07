package brig.plan.rules;

import java.util.ArrayList;
import java.util.List;

/** Lines of a script's source that begin with a word. */
final class SourceScan {
  private SourceScan() {}

  /** The rest of each line that begins with one of the words, blanks before it skipped. */
  static List<String> after(String source, String... words) {
    List<String> found = new ArrayList<>();
    int from = 0;
    while (from < source.length()) {
      int end = source.indexOf('\n', from);
      int to = end < 0 ? source.length() : end;
      int start = from;
      while (start < to && source.charAt(start) <= ' ') {
        start++;
      }
      for (String word : words) {
        int next = start + word.length();
        if (source.startsWith(word, start) && next < to && source.charAt(next) <= ' ') {
          found.add(source.substring(next, to).strip());
        }
      }
      from = to + 1;
    }
    return found;
  }

  /** The name at the beginning of a text: letters, digits, {@code _}, and {@code also}. */
  static String name(String text, String also) {
    int end = 0;
    while (end < text.length()) {
      char c = text.charAt(end);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      if (!letter && !(c >= '0' && c <= '9') && c != '_' && also.indexOf(c) < 0) {
        break;
      }
      end++;
    }
    return text.substring(0, end);
  }

  /** The texts in quotes of both kinds. */
  static List<String> quoted(String text) {
    List<String> found = new ArrayList<>();
    int i = 0;
    while (i < text.length()) {
      char quote = text.charAt(i);
      int end = quote == '\'' || quote == '"' ? text.indexOf(quote, i + 1) : -1;
      if (end > 0) {
        found.add(text.substring(i + 1, end));
        i = end;
      }
      i++;
    }
    return found;
  }
}
