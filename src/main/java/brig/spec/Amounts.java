package brig.spec;

import brig.report.Problem;
import brig.spec.toml.TomlValue;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Numbers, sizes and times of a table, each within its bounds. What is outside of them, or none, is
 * reported and read as absent.
 */
public final class Amounts {
  private static final int MAX_DIGITS = 40;

  private Amounts() {}

  /** A whole number. */
  public static long whole(Section section, String key, long least, long most, long otherwise) {
    TomlValue value = section.value(key);
    if (value == null) {
      return otherwise;
    }
    if (!(value instanceof TomlValue.Whole number)) {
      section.wrongType(key, "a whole number", value);
      return otherwise;
    }
    if (number.value() < least || number.value() > most) {
      section
          .mistakes()
          .add(
              number.at(),
              "'" + key + "'" + section.where() + " cannot be " + number.value(),
              "Give it " + least + " to " + most + ".");
      return otherwise;
    }
    return number.value();
  }

  /** The same, of what fits into 32 bits. */
  public static int whole(Section section, String key, int least, int most, int otherwise) {
    return (int) whole(section, key, least, (long) most, otherwise);
  }

  /** A number of bytes such as {@code "64K"}; powers of 1024. */
  public static long size(Section section, String key, long least, long most, long otherwise) {
    Located<String> text = section.numberOrText(key);
    if (text == null) {
      return otherwise;
    }
    OptionalLong size = Quantities.size(text.value());
    if (size.isEmpty() || size.getAsLong() < least || size.getAsLong() > most) {
      section
          .mistakes()
          .add(
              text.at(),
              "\"" + text.value() + "\" is no size for '" + key + "'" + section.where(),
              "Write bytes, or a number with K, M or G: "
                  + shownSize(least)
                  + " to "
                  + shownSize(most)
                  + ".");
      return otherwise;
    }
    return size.getAsLong();
  }

  private static String shownSize(long bytes) {
    long shown = bytes;
    int unit = 0;
    while (unit < 4 && shown > 0 && shown % 1024 == 0) {
      shown /= 1024;
      unit++;
    }
    return unit == 0 ? Long.toString(shown) : shown + "KMGT".substring(unit - 1, unit);
  }

  /** A time such as {@code "30s"}. */
  public static Duration time(
      Section section, String key, Duration least, Duration most, Duration otherwise) {
    Located<String> text = section.text(key);
    if (text == null) {
      return otherwise;
    }
    Duration time = Quantities.duration(text.value());
    if (time == null || time.compareTo(least) < 0 || time.compareTo(most) > 0) {
      section
          .mistakes()
          .add(
              text.at(),
              "\"" + text.value() + "\" is no time for '" + key + "'" + section.where(),
              "Write a number with ms, s, m or h: " + shown(least) + " to " + shown(most) + ".");
      return otherwise;
    }
    return time;
  }

  private static String shown(Duration time) {
    if (time.toMillis() % 1000 != 0) {
      return time.toMillis() + "ms";
    }
    long seconds = time.toSeconds();
    return seconds == 0 || seconds % 60 != 0
        ? seconds + "s"
        : seconds % 3600 != 0 ? seconds / 60 + "m" : seconds / 3600 + "h";
  }

  /** A decimal number, written as a number or, to be exact, as a string; null: absent. */
  public static @Nullable BigDecimal decimal(Section section, String key) {
    TomlValue value = section.value(key);
    switch (value) {
      case null -> {
        return null;
      }
      case TomlValue.Whole number -> {
        return BigDecimal.valueOf(number.value());
      }
      case TomlValue.Real number when Double.isFinite(number.value()) -> {
        return BigDecimal.valueOf(number.value());
      }
      case TomlValue.Text text when text.value().length() <= MAX_DIGITS -> {
        try {
          return new BigDecimal(text.value());
        } catch (NumberFormatException e) {
          section.mistakes().add(Problem.of("\"" + text.value() + "\" is no number").at(text.at()));
          return null;
        }
      }
      default -> {
        section.wrongType(key, "a number", value);
        return null;
      }
    }
  }
}
