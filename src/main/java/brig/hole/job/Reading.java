package brig.hole.job;

import brig.report.Problem;
import brig.spec.AccountName;
import brig.spec.Located;
import brig.spec.Mistakes;
import brig.spec.NearestWord;
import brig.spec.Section;
import brig.spec.toml.TomlTable;
import brig.spec.toml.TomlValue;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How values that several tables of a hole's file have are read. */
final class Reading {
  private static final int MAX_TEXT = 2000;

  final Mistakes mistakes;
  final List<String> languages;

  Reading(Mistakes mistakes, List<String> languages) {
    this.mistakes = mistakes;
    this.languages = languages;
  }

  /** A text for visitors: a string, or a table by language; null when it is absent. */
  @Nullable Texts texts(Section section, String key) {
    TomlValue value = section.value(key);
    return value == null ? null : texts(section, key, value);
  }

  /** The same; empty when it is absent. */
  Texts textsOrNone(Section section, String key) {
    Texts texts = texts(section, key);
    return texts == null ? Texts.NONE : texts;
  }

  private @Nullable Texts texts(Section section, String key, TomlValue value) {
    if (value instanceof TomlValue.Text text) {
      return isGood(key, text) ? Texts.same(text.value()) : null;
    }
    if (!(value instanceof TomlTable table)) {
      section.wrongType(key, "a string, or a table by language", value);
      return null;
    }
    Map<String, String> byLanguage = new LinkedHashMap<>();
    for (TomlTable.Item item : table.items()) {
      if (!languages.contains(item.key())) {
        String nearest = NearestWord.to(item.key(), languages);
        mistakes.add(
            Problem.of("'" + key + "' speaks \"" + item.key() + "\", which is not in 'languages'")
                .remedy(
                    nearest == null
                        ? "Add it at the top of the file: languages = [...]."
                        : "Did you mean \"" + nearest + "\"?")
                .at(item.at()));
      } else if (!(item.value() instanceof TomlValue.Text text)) {
        section.wrongElement(key, "strings only", item.value());
      } else if (isGood(key, text)) {
        byLanguage.put(item.key(), text.value());
      }
    }
    for (String language : languages) {
      if (table.get(language) == null) {
        mistakes.add(
            table.at(),
            "'" + key + "' lacks \"" + language + "\"",
            "Give the text in every language of the file, or one string for all.");
      }
    }
    return new Texts(byLanguage);
  }

  private boolean isGood(String key, TomlValue.Text text) {
    int outside = TextRules.firstOutside(text.value(), Field.Characters.PRINTABLE, true);
    if (text.value().isEmpty()) {
      mistakes.add(text.at(), "'" + key + "' is empty", "Write what visitors shall read.");
    } else if (text.value().length() > MAX_TEXT) {
      mistakes.add(
          Problem.of("'" + key + "' is longer than " + MAX_TEXT + " characters").at(text.at()));
    } else if (outside >= 0) {
      mistakes.add(
          Problem.of("'" + key + "' holds " + TextRules.shown(outside) + ", which cannot be shown")
              .at(text.at()));
    } else {
      return true;
    }
    return false;
  }

  /** Says that a name is none of those that are known. */
  void unknown(Located<String> name, String what, Collection<String> known) {
    String nearest = NearestWord.to(name.value(), known);
    mistakes.add(
        Problem.of("there is no " + what + " \"" + name.value() + "\"")
            .remedy(nearest == null ? null : "Did you mean \"" + nearest + "\"?")
            .at(name.at()));
  }

  /** Whether it can be the name of a user or a group; says so if not. */
  boolean isAccount(Located<String> name) {
    boolean good = AccountName.isValid(name.value());
    if (!good) {
      mistakes.add(
          name.at(),
          "\"" + name.value() + "\" is no name of an account",
          "Write a name or a number as /etc/passwd has it.");
    }
    return good;
  }
}
