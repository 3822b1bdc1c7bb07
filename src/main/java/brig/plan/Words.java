package brig.plan;

import java.util.ArrayList;
import java.util.List;

/**
 * A line of text as words: apart by blanks; quotes of both kinds hold blanks, a backslash the next
 * character.
 *
 * @param closed whether each quote has its end
 */
public record Words(List<String> all, boolean closed) {
  public static Words of(String line) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean inWord = false;
    char quote = 0;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '\\' && i + 1 < line.length() && (quote != 0 || line.charAt(i + 1) == ' ')) {
        word.append(line.charAt(++i));
      } else if (quote != 0) {
        if (c == quote) {
          quote = 0;
        } else {
          word.append(c);
        }
      } else if (c == '"' || c == '\'') {
        quote = c;
        inWord = true;
      } else if (c == ' ' || c == '\t' || c == '\r') {
        if (inWord) {
          words.add(word.toString());
          word.setLength(0);
          inWord = false;
        }
      } else {
        word.append(c);
        inWord = true;
      }
    }
    if (inWord) {
      words.add(word.toString());
    }
    return new Words(List.copyOf(words), quote == 0);
  }
}
