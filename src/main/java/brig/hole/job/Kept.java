package brig.hole.job;

import brig.hole.wire.Bytes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the session holds that a keep step wrote: what visitors cannot forge. */
@FunctionalInterface
public interface Kept {
  /** The most lines that are kept of one job. */
  int MAX_LINES = 1000;

  /** The most bytes that are kept of one job. */
  int MAX_BYTES = 64 << 10;

  /** Nothing. */
  Kept NONE = job -> null;

  /** What the keep step of that job wrote; null: it has not run in this session. */
  @Nullable List<Field.Option> of(String job);

  /**
   * Reads what a keep step wrote: lines {@code VALUE} or {@code VALUE}, a tab, {@code LABEL}. Empty
   * lines say nothing.
   *
   * @return null when it is not UTF-8, holds what cannot be printed, or is more than is kept
   */
  static @Nullable List<Field.Option> parse(Bytes output) {
    String text = output.length() > MAX_BYTES ? null : output.utf8();
    if (text == null) {
      return null;
    }
    List<Field.Option> options = new ArrayList<>();
    int from = 0;
    while (from < text.length()) {
      int end = text.indexOf('\n', from);
      String line = text.substring(from, end < 0 ? text.length() : end);
      from = end < 0 ? text.length() : end + 1;
      int tab = line.indexOf('\t');
      String value = tab < 0 ? line : line.substring(0, tab);
      String label = tab < 0 ? line : line.substring(tab + 1);
      if (TextRules.unprintable(value) >= 0 || TextRules.unprintable(label) >= 0) {
        return null;
      }
      if (!value.isEmpty()) {
        options.add(new Field.Option(value, Texts.same(label.isEmpty() ? value : label)));
      }
    }
    return options.size() > MAX_LINES ? null : List.copyOf(options);
  }
}
