package brig.spec;

import brig.report.Position;
import brig.report.Problem;
import brig.spec.toml.TomlTable;
import brig.spec.toml.TomlValue;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One table of a file of Brig's, read by key and type. What has the wrong type is reported and read
 * as absent.
 */
public final class Section {
  /** A key that the person chose, with its value. */
  public record Pair(String key, Position at, Located<String> value) {}

  private final String name;
  private final TomlTable table;
  private final Mistakes mistakes;
  private final Vocabulary vocabulary;

  private Section(String name, TomlTable table, Mistakes mistakes, Vocabulary vocabulary) {
    this.name = name;
    this.table = table;
    this.mistakes = mistakes;
    this.vocabulary = vocabulary;
  }

  /** A table of a jailfile or a lock file; unknown keys are reported at once. */
  static Section of(String name, TomlTable table, Mistakes mistakes) {
    return of(name, table, mistakes, JailfileVocabulary.INSTANCE);
  }

  /** A table whose keys the vocabulary lists; unknown ones are reported at once. */
  public static Section of(String name, TomlTable table, Mistakes mistakes, Vocabulary vocabulary) {
    Section section = new Section(name, table, mistakes, vocabulary);
    section.checkKeys();
    return section;
  }

  private void checkKeys() {
    List<String> known = vocabulary.keys(name);
    for (TomlTable.Item item : table.items()) {
      if (!known.contains(item.key())) {
        mistakes.add(
            Problem.of("unknown key '" + item.key() + "'" + where())
                .remedy(meant(item.key(), known))
                .at(item.at()));
      }
    }
  }

  private @Nullable String meant(String key, List<String> known) {
    String nearest = NearestWord.to(key, known);
    if (nearest != null) {
      return "Did you mean '" + nearest + "'?";
    }
    return vocabulary.elsewhere(key);
  }

  String where() {
    return vocabulary.where(name);
  }

  /** Where what is wrong in it is told. */
  public Mistakes mistakes() {
    return mistakes;
  }

  /** Where the table begins. */
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

  /** Where a key of a table in this one is written; null when it is absent. Reports nothing. */
  @Nullable Position positionIn(String inner, String key) {
    TomlTable.Item item = value(inner) instanceof TomlTable found ? found.get(key) : null;
    return item == null ? null : item.at();
  }

  /** The value as it was written, whatever it is; null when it is absent or could not be read. */
  public @Nullable TomlValue value(String key) {
    TomlTable.Item item = table.get(key);
    return item == null || item.value() instanceof TomlValue.Broken ? null : item.value();
  }

  /**
   * Reports a value of the wrong type.
   *
   * @param wanted what it must be, with its article
   */
  public void wrongType(String key, String wanted, TomlValue found) {
    if (!(found instanceof TomlValue.Broken)) {
      mistakes.add(
          Problem.of("'" + key + "'" + where() + " must be " + wanted + ", not " + found.kind())
              .remedy(typeHint(wanted, found))
              .at(found.at()));
    }
  }

  private static @Nullable String typeHint(String wanted, TomlValue found) {
    return switch (found) {
      case TomlValue.Text text when wanted.startsWith("an array") ->
          "Write [\"" + text.value() + "\"].";
      case TomlValue.Text text when wanted.equals("true or false") && isTruth(text.value()) ->
          "Write it without quotes.";
      case TomlValue.Whole number when wanted.startsWith("a string") ->
          "Write \"" + number.value() + "\".";
      default -> null;
    };
  }

  private static boolean isTruth(String text) {
    return text.equals("true") || text.equals("false");
  }

  /** A string; it holds no NUL. */
  public @Nullable Located<String> text(String key) {
    TomlValue value = value(key);
    return value == null ? null : text(key, value, "a string");
  }

  /** The same, of one character at least. */
  public @Nullable Located<String> filledText(String key) {
    Located<String> text = text(key);
    if (text != null && text.value().isEmpty()) {
      mistakes.add(Problem.of("'" + key + "'" + where() + " is empty").at(text.at()));
      return null;
    }
    return text;
  }

  /** A string if it is one; else nothing is said. */
  public @Nullable Located<String> textIf(String key) {
    return value(key) instanceof TomlValue.Text text
        ? new Located<>(text.value(), text.at())
        : null;
  }

  private @Nullable Located<String> text(String key, TomlValue value, String wanted) {
    if (!(value instanceof TomlValue.Text text)) {
      wrongType(key, wanted, value);
      return null;
    }
    if (text.value().indexOf('\0') >= 0) {
      mistakes.add(Problem.of("'" + key + "'" + where() + " holds a NUL character").at(text.at()));
      return null;
    }
    return new Located<>(text.value(), text.at());
  }

  /** The strings of an array; empty when there is none. */
  public List<Located<String>> texts(String key) {
    List<Located<String>> texts = new ArrayList<>();
    for (TomlValue element : elements(key, "an array of strings")) {
      if (!(element instanceof TomlValue.Text)) {
        wrongElement(key, "strings only", element);
        continue;
      }
      Located<String> text = text(key, element, "a string");
      if (text != null) {
        texts.add(text);
      }
    }
    return texts;
  }

  /** As {@link #texts}, each once. */
  public List<Located<String>> distinct(String key) {
    return withoutRepeats(key, texts(key), text -> text);
  }

  /**
   * Reports what is there twice and drops it.
   *
   * @param identity what makes two of them the same: a string or a number
   */
  public <T> List<Located<T>> withoutRepeats(
      String key, List<Located<T>> values, Function<T, Object> identity) {
    Map<Object, Position> first = HashMap.newHashMap(values.size());
    List<Located<T>> once = new ArrayList<>(values.size());
    for (Located<T> value : values) {
      Object same = identity.apply(value.value());
      Position before = first.putIfAbsent(same, value.at());
      if (before == null) {
        once.add(value);
      } else {
        mistakes.add(
            value.at(),
            (same instanceof String ? "\"" + same + "\"" : same.toString())
                + " is twice in '"
                + key
                + "'"
                + where(),
            "It is there at line " + before.line() + " already; leave one out.");
      }
    }
    return once;
  }

  /** The elements of an array, whatever they are; empty when there is none. */
  public List<TomlValue> elements(String key, String wanted) {
    TomlValue value = value(key);
    if (value == null) {
      return List.of();
    }
    if (value instanceof TomlValue.Sequence array) {
      return array.values();
    }
    wrongType(key, wanted, value);
    return List.of();
  }

  public boolean isTable(String key) {
    return value(key) instanceof TomlTable;
  }

  public boolean isEmptyArray(String key) {
    return value(key) instanceof TomlValue.Sequence array && array.values().isEmpty();
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

  JailSpec.Switch tristate(String key) {
    if (value(key) == null) {
      return JailSpec.Switch.AUTO;
    }
    return truth(key, false) ? JailSpec.Switch.ON : JailSpec.Switch.OFF;
  }

  /** A value that may be a whole number or a string, as a string. */
  public @Nullable Located<String> numberOrText(String key) {
    TomlValue value = value(key);
    if (value instanceof TomlValue.Whole number) {
      return new Located<>(Long.toString(number.value()), number.at());
    }
    return value == null ? null : text(key, value, "a whole number or a string");
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
      mistakes.add(
          Problem.of(
                  "'"
                      + key
                      + "'"
                      + where()
                      + " cannot be \""
                      + word.value()
                      + "\", but "
                      + oneOf(words))
              .remedy(nearest == null ? null : "Did you mean \"" + nearest + "\"?")
              .at(word.at()));
      return otherwise;
    }
    return chosen;
  }

  private static String oneOf(Map<String, ?> words) {
    StringBuilder list = new StringBuilder();
    int left = words.size();
    for (String word : words.keySet()) {
      left--;
      list.append('"').append(word).append('"');
      list.append(left > 1 ? ", " : left == 1 ? " or " : "");
    }
    return list.toString();
  }

  /** A table of the grammar; an empty one when it is absent. */
  public Section section(String key) {
    return Section.of(key, table(key), mistakes, vocabulary);
  }

  /** A table of the grammar that belongs to this one; an empty one when it is absent. */
  public Section below(String key) {
    return Section.of(name + "." + key, table(key), mistakes, vocabulary);
  }

  private TomlTable table(String key) {
    TomlValue value = value(key);
    if (value instanceof TomlTable found) {
      return found;
    }
    if (value != null) {
      wrongType(key, "a table", value);
    }
    return TomlTable.empty(table.at());
  }

  /** An element of an array that is a table of the grammar. */
  public Section element(String key, TomlTable element) {
    return Section.of(name + "." + key, element, mistakes, vocabulary);
  }

  /** The tables of an array, each of the grammar. */
  public List<Section> tables(String key) {
    List<Section> tables = new ArrayList<>();
    for (TomlValue element : elements(key, "an array of tables")) {
      if (element instanceof TomlTable found) {
        tables.add(element(key, found));
      } else {
        wrongElement(key, "tables", element);
      }
    }
    return tables;
  }

  /** Which of these keys are there, in their order. */
  public List<String> present(Collection<String> keys) {
    List<String> present = new ArrayList<>();
    for (String key : keys) {
      if (has(key)) {
        present.add(key);
      }
    }
    return present;
  }

  /** A table of strings with keys of the person's own. */
  public List<Pair> pairs(String key) {
    List<Pair> pairs = new ArrayList<>();
    for (TomlTable.Item item : table(key).items()) {
      Located<String> text =
          item.value() instanceof TomlValue.Broken
              ? null
              : text(item.key(), item.value(), "a string");
      if (text != null) {
        pairs.add(new Pair(item.key(), item.at(), text));
      }
    }
    return pairs;
  }

  /** An element of a list that has the wrong type. */
  public void wrongElement(String key, String wanted, TomlValue element) {
    if (!(element instanceof TomlValue.Broken)) {
      mistakes.add(
          Problem.of("'" + key + "'" + where() + " must hold " + wanted + ", not " + element.kind())
              .at(element.at()));
    }
  }
}
