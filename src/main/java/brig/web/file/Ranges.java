package brig.web.file;

import brig.spec.Quantities;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Byte ranges: RFC 9110, 14.1.2. */
final class Ranges {
  /** More than these, or overlapping ones, are not asked for by anybody in good faith (14.2). */
  private static final int MOST = 16;

  private Ranges() {}

  /** From a first to a last byte, both included. */
  record Range(long first, long last) {
    long length() {
      return last - first + 1;
    }
  }

  /**
   * What is asked for of a file.
   *
   * @return null: the header is none that means anything here, and the whole is sent; empty: none
   *     can be had
   */
  static @Nullable List<Range> parse(String header, long size) {
    String text = header.strip();
    if (!text.toLowerCase(Locale.ROOT).startsWith("bytes=")) {
      return null;
    }
    List<Range> ranges = new ArrayList<>();
    int count = 0;
    long asked = 0;
    for (String part : text.substring(6).split(",", -1)) {
      String one = part.strip();
      if (one.isEmpty()) {
        continue;
      }
      int dash = one.indexOf('-');
      long first = dash <= 0 ? -1 : Quantities.digits(one.substring(0, dash));
      long last =
          dash < 0 || dash == one.length() - 1 ? -1 : Quantities.digits(one.substring(dash + 1));
      boolean suffix = dash == 0;
      boolean wrong =
          dash < 0
              || (suffix ? last < 0 : first < 0)
              || (!suffix && dash < one.length() - 1 && last < first);
      if (wrong || ++count > MOST) {
        return null;
      }
      Range range = suffix ? suffix(last, size) : from(first, last, size);
      if (range != null) {
        ranges.add(range);
        asked += range.length();
      }
    }
    return count == 0 || (ranges.size() > 1 && asked > size) ? null : ranges;
  }

  private static @Nullable Range suffix(long length, long size) {
    return length == 0 || size == 0 ? null : new Range(Math.max(0, size - length), size - 1);
  }

  private static @Nullable Range from(long first, long last, long size) {
    return first >= size ? null : new Range(first, last < 0 ? size - 1 : Math.min(last, size - 1));
  }
}
