package brig.spec.toml;

import brig.report.Position;
import brig.report.Problem;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/** Numbers, truth values, dates and times: whatever is neither quoted nor bracketed. */
final class Scalars {
  private Scalars() {}

  static TomlValue read(Source in) throws TomlSyntaxException {
    Position at = in.here();
    String word = word(in);
    TomlValue value = word.isEmpty() ? null : value(word, at);
    if (value != null) {
      return value;
    }
    String found = word.isEmpty() ? in.shown() : "'" + word + "'";
    boolean text = !word.isEmpty() && (Character.isLetter(word.charAt(0)) || word.charAt(0) == '/');
    throw new TomlSyntaxException(
        Problem.of("expected a value, found " + found)
            .remedy(text ? "Put text in quotes: \"" + word + "\"." : null)
            .at(at));
  }

  private static String word(Source in) {
    int start = in.offset();
    while (isWordCharacter(in.peek())) {
      in.skip(1);
    }
    String word = in.since(start);
    // A date and its time may be parted by a blank.
    if (word.length() == 10 && looksLikeDate(word) && in.peek() == ' ' && isDigit(in.peek(1))) {
      in.skip(1);
      while (isWordCharacter(in.peek())) {
        in.skip(1);
      }
    }
    return in.since(start);
  }

  private static boolean isWordCharacter(int c) {
    return switch (c) {
      case Source.END, ' ', '\t', '\r', '\n', ',', ']', '}', '[', '{', '#', '=', '"', '\'' -> false;
      default -> c > 0x20 && c != 0x7F;
    };
  }

  private static @Nullable TomlValue value(String word, Position at) throws TomlSyntaxException {
    switch (word) {
      case "true", "false" -> {
        return new TomlValue.Truth(word.equals("true"), at);
      }
      case "inf", "+inf" -> {
        return new TomlValue.Real(Double.POSITIVE_INFINITY, at);
      }
      case "-inf" -> {
        return new TomlValue.Real(Double.NEGATIVE_INFINITY, at);
      }
      case "nan", "+nan", "-nan" -> {
        return new TomlValue.Real(Double.NaN, at);
      }
      default -> {}
    }
    if (looksLikeDate(word) || (word.length() > 4 && word.charAt(2) == ':')) {
      return isMoment(word) ? new TomlValue.Moment(word, at) : null;
    }
    boolean signed = word.charAt(0) == '-' || word.charAt(0) == '+';
    if (!isDigit(word.charAt(signed ? 1 % word.length() : 0))) {
      return null;
    }
    if (word.length() > 2 && word.charAt(0) == '0' && Character.isLetter(word.charAt(1))) {
      return switch (word.charAt(1)) {
        case 'x' -> whole(word.substring(2), 16, at);
        case 'o' -> whole(word.substring(2), 8, at);
        case 'b' -> whole(word.substring(2), 2, at);
        default -> null;
      };
    }
    String digits = signed ? word.substring(1) : word;
    if (isRun(digits, 10)) {
      if (digits.length() > 1 && digits.charAt(0) == '0') {
        throw new TomlSyntaxException(
            Problem.of("a number must not begin with 0: " + word)
                .remedy(
                    "Write modes as strings: \""
                        + word
                        + "\"; an octal number as 0o"
                        + digits
                        + ".")
                .at(at));
      }
      return whole(word.startsWith("+") ? digits : word, 10, at);
    }
    return real(word, digits, at);
  }

  /** Digits, single underscores between them. */
  private static boolean isRun(String text, int radix) {
    boolean digitBefore = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean digit = c < 0x80 && Character.digit(c, radix) >= 0;
      if (!digit && !(c == '_' && digitBefore)) {
        return false;
      }
      digitBefore = digit;
    }
    return digitBefore;
  }

  private static @Nullable TomlValue whole(String text, int radix, Position at)
      throws TomlSyntaxException {
    boolean negative = radix == 10 && text.startsWith("-");
    if (!isRun(negative ? text.substring(1) : text, radix)) {
      return null;
    }
    try {
      return new TomlValue.Whole(Long.parseLong(text.replace("_", ""), radix), at);
    } catch (NumberFormatException e) {
      throw new TomlSyntaxException(
          Problem.of("the number " + text + " does not fit in 64 bits").at(at));
    }
  }

  private static @Nullable TomlValue real(String word, String unsigned, Position at)
      throws TomlSyntaxException {
    int e = Math.max(unsigned.indexOf('e'), unsigned.indexOf('E'));
    String mantissa = e < 0 ? unsigned : unsigned.substring(0, e);
    int dot = mantissa.indexOf('.');
    String before = dot < 0 ? mantissa : mantissa.substring(0, dot);
    boolean good = isRun(before, 10) && (before.length() == 1 || before.charAt(0) != '0');
    good &= dot < 0 || isRun(mantissa.substring(dot + 1), 10);
    if (e >= 0) {
      String exponent = unsigned.substring(e + 1);
      boolean signed = exponent.startsWith("+") || exponent.startsWith("-");
      good &= isRun(signed ? exponent.substring(1) : exponent, 10);
    }
    double value = good ? Double.parseDouble(word.replace("_", "")) : 0;
    if (Double.isInfinite(value)) {
      throw new TomlSyntaxException(Problem.of("the number " + word + " is too large").at(at));
    }
    return good ? new TomlValue.Real(value, at) : null;
  }

  private static boolean looksLikeDate(String word) {
    return word.length() >= 10
        && isDigit(word.charAt(0))
        && word.charAt(4) == '-'
        && word.charAt(7) == '-';
  }

  private static boolean isMoment(String word) {
    String iso = word.replace(' ', 'T').replace('t', 'T').replace('z', 'Z');
    try {
      if (iso.indexOf('T') < 0) {
        if (iso.indexOf(':') < 0) {
          LocalDate.parse(iso);
        } else {
          LocalTime.parse(iso);
        }
      } else if (iso.endsWith("Z") || iso.indexOf('+') > 0 || iso.lastIndexOf('-') > 7) {
        OffsetDateTime.parse(iso);
      } else {
        LocalDateTime.parse(iso);
      }
      return true;
    } catch (DateTimeException e) {
      return false;
    }
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }
}
