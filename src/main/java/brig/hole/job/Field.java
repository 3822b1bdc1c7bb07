package brig.hole.job;

import brig.report.Position;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One value that a visitor gives. */
public sealed interface Field {
  Common common();

  /** What a field of any type has. */
  default String name() {
    return common().name();
  }

  default boolean required() {
    return common().required();
  }

  /**
   * What a field of any type has.
   *
   * @param at where it begins in the file
   * @param label what stands beside it; never empty
   * @param required whether a value must be given; a truth is no when none is given
   * @param preset what the form begins with, already checked; null: nothing
   * @param filledFrom the job whose kept output fills it: the visitor sees the value and cannot
   *     change it; null: the visitor gives it
   */
  record Common(
      String name,
      Position at,
      Texts label,
      Texts help,
      boolean required,
      @Nullable String preset,
      @Nullable String filledFrom) {}

  /**
   * Characters.
   *
   * @param min the least number of code points of a value that is given
   * @param max the most
   * @param pattern what the whole value must match; null: anything
   * @param lines it may hold newlines; such a value goes into an input section as JSON alone
   * @param leadingDash it may begin with a hyphen
   */
  record Text(
      Common common,
      int min,
      int max,
      Characters characters,
      @Nullable Pattern pattern,
      boolean lines,
      boolean leadingDash)
      implements Field {}

  /** A whole number of ASCII digits with or without a minus, no leading zeros. */
  record Whole(Common common, long min, long max) implements Field {}

  /**
   * A decimal number with a point.
   *
   * @param places the most digits after the point
   */
  record Decimal(Common common, BigDecimal min, BigDecimal max, int places) implements Field {}

  /** A day as {@code YYYY-MM-DD}. */
  record Date(Common common, @Nullable LocalDate min, @Nullable LocalDate max) implements Field {}

  /** One of a list. */
  record Choice(Common common, Choices choices) implements Field {}

  /** Yes or no: {@code true}, {@code on}, {@code yes}, {@code 1} or their contraries. */
  record Truth(Common common) implements Field {}

  /** What is neither shown nor logged and stands on no command line. */
  record Secret(Common common, int min, int max) implements Field {}

  /**
   * A file, one of the job's input sections.
   *
   * @param max the most bytes
   */
  record Upload(Common common, int max) implements Field {}

  /** Which characters a text may hold. */
  enum Characters {
    /** What Unicode says can be seen, and the blank: no control, format or unassigned character. */
    PRINTABLE,
    /** U+0020 to U+007E. */
    ASCII,
    /** A to Z, a to z. */
    LETTERS,
    /** 0 to 9. */
    DIGITS,
    /** ASCII letters, digits, point, hyphen and underscore. */
    IDENTIFIER
  }

  /** Where the values of a choice come from. */
  sealed interface Choices {
    /** Written in the file. */
    record Fixed(List<Option> options) implements Choices {}

    /**
     * What a job of this hole has kept in the session: lines {@code VALUE} or {@code VALUE}, a tab,
     * {@code LABEL}.
     */
    record From(String job) implements Choices {}
  }

  /** One value of a choice and what visitors see of it. */
  record Option(String value, Texts label) {}
}
