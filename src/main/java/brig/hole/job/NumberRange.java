package brig.hole.job;

import brig.report.Problem;
import brig.spec.Amounts;
import brig.spec.Section;
import brig.spec.toml.TomlValue;
import java.math.BigDecimal;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/** {@code min} and {@code max} of a field of numbers or days. */
final class NumberRange {
  private static final int MAX_PLACES = 20;

  private final Reading read;
  private final Section section;

  NumberRange(Reading read, Section section) {
    this.read = read;
    this.section = section;
  }

  Field whole(Field.Common common) {
    requireBoth(common);
    long min = Amounts.whole(section, "min", Long.MIN_VALUE, Long.MAX_VALUE, 0L);
    long max = Amounts.whole(section, "max", Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE);
    if (min > max) {
      crossed(min, max);
    }
    return new Field.Whole(common, min, max);
  }

  Field decimal(Field.Common common) {
    requireBoth(common);
    BigDecimal min = Amounts.decimal(section, "min");
    BigDecimal max = Amounts.decimal(section, "max");
    if (min != null && max != null && min.compareTo(max) > 0) {
      crossed(min.toPlainString(), max.toPlainString());
    }
    return new Field.Decimal(
        common,
        min == null ? BigDecimal.ZERO : min,
        max == null ? BigDecimal.ZERO : max,
        Amounts.whole(section, "places", 0, MAX_PLACES, 2));
  }

  Field date(Field.Common common) {
    LocalDate min = day("min");
    LocalDate max = day("max");
    if (min != null && max != null && min.isAfter(max)) {
      crossed(min, max);
    }
    return new Field.Date(common, min, max);
  }

  private void requireBoth(Field.Common common) {
    if (!section.has("min") || !section.has("max")) {
      read.mistakes.addMissing(
          section.at(), "the number \"" + common.name() + "\" has no bounds", "Write min and max.");
    }
  }

  private void crossed(Object min, Object max) {
    read.mistakes.add(
        section.positionOf("min"),
        "'min' " + min + " is above 'max' " + max,
        "Nothing could be given; exchange them.");
  }

  private @Nullable LocalDate day(String key) {
    TomlValue value = section.value(key);
    String text =
        switch (value) {
          case null -> null;
          case TomlValue.Moment moment -> moment.value();
          case TomlValue.Text quoted -> quoted.value();
          default -> {
            section.wrongType(key, "a day", value);
            yield null;
          }
        };
    if (value == null || text == null) {
      return null;
    }
    LocalDate day = NumberCheck.day(text);
    if (day == null) {
      read.mistakes.add(
          Problem.of("\"" + text + "\" is no day")
              .remedy("Write it as 2026-01-31.")
              .at(value.at()));
    }
    return day;
  }
}
