package brig.hole.job;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;

/** Judges numbers and days: ASCII digits alone, one way to write each. */
final class NumberCheck {
  private static final int MOST_DIGITS = 38;

  private NumberCheck() {}

  static Judgement whole(Field.Whole rules, String text) {
    if (!isWhole(text)) {
      return FieldError.of(Message.NOT_WHOLE);
    }
    long number;
    try {
      number = Long.parseLong(text);
    } catch (NumberFormatException e) {
      boolean negative = text.startsWith("-");
      return negative
          ? FieldError.of(Message.TOO_SMALL, rules.min())
          : FieldError.of(Message.TOO_LARGE, rules.max());
    }
    if (number < rules.min()) {
      return FieldError.of(Message.TOO_SMALL, rules.min());
    }
    return number > rules.max()
        ? FieldError.of(Message.TOO_LARGE, rules.max())
        : new Value.Whole(number);
  }

  /** {@code 0}, {@code 12}, {@code -7}; not {@code 007}, {@code -0}, {@code +1}. */
  private static boolean isWhole(String text) {
    String digits = text.startsWith("-") ? text.substring(1) : text;
    if (!isDigits(digits) || digits.length() > MOST_DIGITS) {
      return false;
    }
    return digits.charAt(0) != '0' || (digits.length() == 1 && digits.length() == text.length());
  }

  private static boolean isDigits(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return !text.isEmpty();
  }

  static Judgement decimal(Field.Decimal rules, String text) {
    int point = text.indexOf('.');
    String before = point < 0 ? text : text.substring(0, point);
    String after = point < 0 ? "" : text.substring(point + 1);
    boolean zero = before.equals("-0") && point > 0;
    if (!(isWhole(before) || zero)
        || (point >= 0 && !isDigits(after))
        || after.length() > rules.places()) {
      return FieldError.of(Message.NOT_DECIMAL, rules.places());
    }
    BigDecimal number = new BigDecimal(text);
    if (number.compareTo(rules.min()) < 0) {
      return new FieldError(Message.TOO_SMALL, rules.min().toPlainString());
    }
    return number.compareTo(rules.max()) > 0
        ? new FieldError(Message.TOO_LARGE, rules.max().toPlainString())
        : new Value.Decimal(number);
  }

  static Judgement date(Field.Date rules, String text) {
    LocalDate day = day(text);
    if (day == null) {
      return FieldError.of(Message.NOT_DATE);
    }
    LocalDate min = rules.min();
    LocalDate max = rules.max();
    if (min != null && day.isBefore(min)) {
      return new FieldError(Message.TOO_EARLY, min.toString());
    }
    return max != null && day.isAfter(max)
        ? new FieldError(Message.TOO_LATE, max.toString())
        : new Value.Date(day);
  }

  /** {@code YYYY-MM-DD}, a day that there is; null: it is none. */
  static @org.jspecify.annotations.Nullable LocalDate day(String text) {
    if (text.length() != 10
        || text.charAt(4) != '-'
        || text.charAt(7) != '-'
        || !isDigits(text.substring(0, 4) + text.substring(5, 7) + text.substring(8))) {
      return null;
    }
    try {
      return LocalDate.of(
          Integer.parseInt(text.substring(0, 4)),
          Integer.parseInt(text.substring(5, 7)),
          Integer.parseInt(text.substring(8)));
    } catch (DateTimeException e) {
      return null;
    }
  }
}
