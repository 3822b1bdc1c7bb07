package brig.plan.loader;

import java.util.ArrayList;
import java.util.List;
import java.util.StringTokenizer;

/** The parts of a text between separators, without the empty ones. */
final class Words {
  static final String BLANKS = " \t\r\n\f\u000B";

  private Words() {}

  static List<String> of(String text, String separators) {
    List<String> words = new ArrayList<>();
    StringTokenizer tokens = new StringTokenizer(text, separators);
    while (tokens.hasMoreTokens()) {
      words.add(tokens.nextToken());
    }
    return words;
  }
}
