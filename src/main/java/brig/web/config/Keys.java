package brig.web.config;

import brig.report.Position;
import brig.report.Problem;
import brig.spec.Located;
import brig.spec.NearestWord;
import brig.spec.toml.TomlTable;
import brig.spec.toml.TomlValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One table, read by key and type. What has the wrong type is reported and read as absent. A key
 * that nobody asked for is reported by {@link #done}.
 */
public final class Keys {
  private final String where;
  private final TomlTable table;
  private final List<Problem> problems;
  private final List<String> asked = new ArrayList<>();

  /**
   * @param where how messages call the table: {@code in [log]}; empty for the top of the file
   * @param problems where mistakes are gathered
   */
  public Keys(String where, TomlTable table, List<Problem> problems) {
    this.where = where.isEmpty() ? "" : " " + where;
    this.table = table;
    this.problems = problems;
  }

  public Position at() {
    return table.at();
  }

  /** Whether the key is there, readable or not. */
  public boolean has(String key) {
    return table.get(key) != null;
  }

  /** Where a key is written; the table's own place when it is absent. */
  public Position positionOf(String key) {
    TomlTable.Item item = table.get(key);
    return item == null ? table.at() : item.at();
  }

  /** Reports a mistake. */
  public void wrong(Position at, String message, String remedy) {
    problems.add(Problem.of(message).remedy(remedy).at(at));
  }

  private @Nullable TomlValue value(String key) {
    if (!asked.contains(key)) {
      asked.add(key);
    }
    TomlTable.Item item = table.get(key);
    return item == null || item.value() instanceof TomlValue.Broken ? null : item.value();
  }

  private void wrongType(String key, String wanted, TomlValue found) {
    if (!(found instanceof TomlValue.Broken)) {
      String remedy =
          found instanceof TomlValue.Text text && wanted.startsWith("an array")
              ? "Write [\"" + text.value() + "\"]."
              : null;
      problems.add(
          Problem.of("'" + key + "'" + where + " must be " + wanted + ", not " + found.kind())
              .remedy(remedy)
              .at(found.at()));
    }
  }

  /** A string without a NUL, and not empty. */
  public @Nullable Located<String> text(String key) {
    TomlValue value = value(key);
    return value == null ? null : text(key, value);
  }

  /** The same, and it may be empty. */
  @Nullable Located<String> textOrEmpty(String key) {
    TomlValue value = value(key);
    if (value instanceof TomlValue.Text text && text.value().isEmpty()) {
      return new Located<>("", text.at());
    }
    return value == null ? null : text(key, value);
  }

  private @Nullable Located<String> text(String key, TomlValue value) {
    if (!(value instanceof TomlValue.Text text)) {
      wrongType(key, "a string", value);
      return null;
    }
    if (text.value().indexOf('\0') >= 0) {
      problems.add(Problem.of("'" + key + "'" + where + " holds a NUL character").at(text.at()));
      return null;
    }
    if (text.value().isEmpty()) {
      problems.add(Problem.of("'" + key + "'" + where + " is empty").at(text.at()));
      return null;
    }
    return new Located<>(text.value(), text.at());
  }

  /** The strings of an array; empty when there is none. */
  public List<Located<String>> texts(String key) {
    TomlValue value = value(key);
    List<Located<String>> texts = new ArrayList<>();
    if (value == null) {
      return texts;
    }
    if (!(value instanceof TomlValue.Sequence array)) {
      wrongType(key, "an array of strings", value);
      return texts;
    }
    for (TomlValue element : array.values()) {
      Located<String> text = text(key, element);
      if (text != null) {
        texts.add(text);
      }
    }
    return texts;
  }

  public boolean truth(String key, boolean otherwise) {
    TomlValue value = value(key);
    if (value == null) {
      return otherwise;
    }
    if (value instanceof TomlValue.Truth truth) {
      return truth.value();
    }
    wrongType(key, "true or false", value);
    return otherwise;
  }

  public long whole(String key, long least, long most, long otherwise) {
    TomlValue value = value(key);
    if (value == null) {
      return otherwise;
    }
    if (!(value instanceof TomlValue.Whole number)) {
      wrongType(key, "a whole number", value);
      return otherwise;
    }
    if (number.value() < least || number.value() > most) {
      wrong(
          number.at(),
          "'" + key + "'" + where + " cannot be " + number.value(),
          "It goes from " + least + " to " + most + ".");
      return otherwise;
    }
    return number.value();
  }

  /** {@code "64K"}, {@code "10M"}, {@code "2G"}, or a whole number of bytes. */
  public long size(String key, long otherwise) {
    TomlValue value = value(key);
    if (value == null) {
      return otherwise;
    }
    if (value instanceof TomlValue.Whole number && number.value() >= 0) {
      return number.value();
    }
    if (value instanceof TomlValue.Text text) {
      String digits = text.value();
      int last = digits.isEmpty() ? -1 : "KMG".indexOf(digits.charAt(digits.length() - 1));
      long number = number(last < 0 ? digits : digits.substring(0, digits.length() - 1));
      if (number >= 0 && number < 1L << 32) {
        return number << (10 * (last + 1));
      }
    }
    wrong(
        value.at(),
        "'" + key + "'" + where + " is no size",
        "Write \"64K\", \"10M\" or a number of bytes.");
    return otherwise;
  }

  /** {@code "500ms"}, {@code "10s"}, {@code "2m"}, {@code "1h"}. */
  public Duration duration(String key, Duration otherwise) {
    Located<String> text = text(key);
    if (text == null) {
      return otherwise;
    }
    String word = text.value();
    int end = word.length();
    while (end > 0 && (word.charAt(end - 1) < '0' || word.charAt(end - 1) > '9')) {
      end--;
    }
    long number = number(word.substring(0, end));
    Duration read =
        number < 0 || number > 1_000_000
            ? null
            : switch (word.substring(end)) {
              case "ms" -> Duration.ofMillis(number);
              case "s" -> Duration.ofSeconds(number);
              case "m" -> Duration.ofMinutes(number);
              case "h" -> Duration.ofHours(number);
              default -> null;
            };
    if (read == null) {
      wrong(text.at(), "'" + key + "'" + where + " is no duration", "Write \"10s\" or \"500ms\".");
      return otherwise;
    }
    return read;
  }

  /** A number of ASCII digits; -1 when it is none or too large. */
  static long number(String text) {
    if (text.isEmpty() || text.length() > 15) {
      return -1;
    }
    long number = 0;
    for (int i = 0; i < text.length(); i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      number = number * 10 + digit;
    }
    return number;
  }

  /** One of a few words. */
  public <E> E choice(String key, Map<String, E> words, E otherwise) {
    Located<String> word = text(key);
    if (word == null) {
      return otherwise;
    }
    E chosen = words.get(word.value());
    if (chosen == null) {
      String nearest = NearestWord.to(word.value(), words.keySet());
      wrong(
          word.at(),
          "'" + key + "'" + where + " cannot be \"" + word.value() + "\"",
          nearest == null
              ? "It is one of " + String.join(", ", words.keySet()) + "."
              : "Did you mean \"" + nearest + "\"?");
      return otherwise;
    }
    return chosen;
  }

  /** A table in this one; null when it is absent. */
  public @Nullable Keys table(String key) {
    TomlValue value = value(key);
    if (value == null) {
      return null;
    }
    if (value instanceof TomlTable found) {
      return new Keys("in [" + key + "]", found, problems);
    }
    wrongType(key, "a table", value);
    return null;
  }

  /** The tables of an array, written with {@code [[key]]} or in braces. */
  public List<Keys> tables(String key) {
    TomlValue value = value(key);
    List<Keys> tables = new ArrayList<>();
    if (value == null) {
      return tables;
    }
    if (!(value instanceof TomlValue.Sequence array)) {
      wrongType(key, "an array of tables", value);
      return tables;
    }
    for (TomlValue element : array.values()) {
      if (element instanceof TomlTable found) {
        tables.add(new Keys("in [[" + key + "]]", found, problems));
      } else if (!(element instanceof TomlValue.Broken)) {
        problems.add(
            Problem.of("'" + key + "'" + where + " must hold tables, not " + element.kind())
                .at(element.at()));
      }
    }
    return tables;
  }

  /** A key of the person's own, and its value. */
  public record Pair(String key, Position at, String value) {}

  /** A table of strings with keys of the person's own; values may be empty. */
  public List<Pair> pairs(String key) {
    TomlValue value = value(key);
    List<Pair> pairs = new ArrayList<>();
    if (value == null) {
      return pairs;
    }
    if (!(value instanceof TomlTable found)) {
      wrongType(key, "a table", value);
      return pairs;
    }
    for (TomlTable.Item item : found.items()) {
      if (item.value() instanceof TomlValue.Text text && text.value().indexOf('\0') < 0) {
        pairs.add(new Pair(item.key(), item.at(), text.value()));
      } else {
        wrongType(item.key(), "a string without NUL", item.value());
      }
    }
    return pairs;
  }

  /** Which of these keys are there, in their order. */
  public List<String> present(List<String> keys) {
    List<String> present = new ArrayList<>();
    for (String key : keys) {
      if (has(key)) {
        present.add(key);
      }
    }
    return present;
  }

  /** Reports every key that nobody asked for. */
  public void done() {
    Map<String, TomlTable.Item> unknown = new LinkedHashMap<>();
    for (TomlTable.Item item : table.items()) {
      if (!asked.contains(item.key())) {
        unknown.put(item.key(), item);
      }
    }
    for (TomlTable.Item item : unknown.values()) {
      String nearest = NearestWord.to(item.key(), asked);
      problems.add(
          Problem.of("unknown key '" + item.key() + "'" + where)
              .remedy(nearest == null ? null : "Did you mean '" + nearest + "'?")
              .at(item.at()));
    }
  }
}
