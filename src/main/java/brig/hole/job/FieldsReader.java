package brig.hole.job;

import brig.hole.wire.Names;
import brig.report.Problem;
import brig.spec.Amounts;
import brig.spec.Located;
import brig.spec.Section;
import brig.spec.toml.TomlTable;
import brig.spec.toml.TomlValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code [[jobs.NAME.fields]]}. */
final class FieldsReader {
  /** Which keys belong to which type, beside those of any field. */
  private static final Map<String, List<String>> OF_TYPE = new LinkedHashMap<>();

  private static final List<String> OF_ANY =
      List.of("name", "type", "label", "help", "required", "preset", "filled_from");

  /** Words that stand for something else where fields are named; forms have some as brig_. */
  private static final List<String> RESERVED = List.of("language", "session_user");

  private static final Map<String, Field.Characters> CHARACTERS = new LinkedHashMap<>();

  static {
    OF_TYPE.put("text", List.of("min", "max", "characters", "pattern", "lines", "leading_dash"));
    OF_TYPE.put("integer", List.of("min", "max"));
    OF_TYPE.put("decimal", List.of("min", "max", "places"));
    OF_TYPE.put("date", List.of("min", "max"));
    OF_TYPE.put("choice", List.of("choices", "choices_from"));
    OF_TYPE.put("boolean", List.of());
    OF_TYPE.put("secret", List.of("min", "max"));
    OF_TYPE.put("file", List.of("max"));
    CHARACTERS.put("printable", Field.Characters.PRINTABLE);
    CHARACTERS.put("ascii", Field.Characters.ASCII);
    CHARACTERS.put("letters", Field.Characters.LETTERS);
    CHARACTERS.put("digits", Field.Characters.DIGITS);
    CHARACTERS.put("identifier", Field.Characters.IDENTIFIER);
  }

  private static final int MAX_CHARACTERS = 60_000;
  private static final int MAX_FILE = 8 << 20;

  private final Reading read;

  FieldsReader(Reading read) {
    this.read = read;
  }

  /** The types and the keys that each has of its own. */
  static Map<String, List<String>> types() {
    return OF_TYPE;
  }

  List<Field> fields(Section job) {
    List<Field> fields = new ArrayList<>();
    Map<String, Field> byName = new HashMap<>();
    for (Section section : job.tables("fields")) {
      Field field = field(section);
      if (field == null) {
        continue;
      }
      Field before = byName.putIfAbsent(field.name(), field);
      if (before == null) {
        fields.add(field);
      } else {
        read.mistakes.add(
            section.positionOf("name"),
            "the field \"" + field.name() + "\" is there twice",
            "The other one is at line " + before.common().at().line() + "; rename one of them.");
      }
    }
    return fields;
  }

  private @Nullable Field field(Section section) {
    Located<String> type = section.text("type");
    if (!section.has("type")) {
      read.mistakes.addMissing(
          section.at(),
          "the field has no 'type'",
          "Choose one of " + String.join(", ", OF_TYPE.keySet()) + ".");
    } else if (type != null && !OF_TYPE.containsKey(type.value())) {
      read.unknown(type, "type", OF_TYPE.keySet());
    }
    Field.Common common = common(section);
    if (common == null || type == null || !OF_TYPE.containsKey(type.value())) {
      return null;
    }
    checkKeys(section, type.value());
    Field field = ofType(section, type.value(), common);
    return withPreset(section, field);
  }

  private void checkKeys(Section section, String type) {
    for (String key : HoleVocabulary.INSTANCE.keys("fields")) {
      if (section.has(key)
          && !OF_ANY.contains(key)
          && !OF_TYPE.getOrDefault(type, List.of()).contains(key)) {
        read.mistakes.add(
            section.positionOf(key),
            "'" + key + "' says nothing of a field of type \"" + type + "\"",
            "Leave it out.");
      }
    }
  }

  private Field.@Nullable Common common(Section section) {
    Located<String> name = section.text("name");
    if (name == null) {
      if (!section.has("name")) {
        read.mistakes.addMissing(
            section.at(), "the field has no 'name'", "Write name = \"year\", for example.");
      }
      return null;
    }
    if (!Names.isField(name.value())) {
      read.mistakes.add(
          name.at(),
          "\"" + name.value() + "\" is no name for a field",
          "Use at most 40 of a-z, 0-9 and '_', beginning with a letter.");
      return null;
    }
    if (RESERVED.contains(name.value()) || name.value().startsWith("brig_")) {
      read.mistakes.add(
          name.at(),
          "no field can be called \"" + name.value() + "\": the word stands for something else",
          "Choose another name.");
      return null;
    }
    Texts label = read.texts(section, "label");
    if (!section.has("label")) {
      read.mistakes.addMissing(
          section.at(),
          "the field \"" + name.value() + "\" has no 'label'",
          "Write what visitors shall read beside it.");
    }
    Located<String> filledFrom = section.text("filled_from");
    return new Field.Common(
        name.value(),
        section.at(),
        label == null ? Texts.same(name.value()) : label,
        read.textsOrNone(section, "help"),
        section.truth("required", true),
        null,
        filledFrom == null ? null : filledFrom.value());
  }

  private Field ofType(Section section, String type, Field.Common common) {
    NumberRange range = new NumberRange(read, section);
    return switch (type) {
      case "text" -> text(section, common);
      case "integer" -> range.whole(common);
      case "decimal" -> range.decimal(common);
      case "date" -> range.date(common);
      case "choice" -> new Field.Choice(common, choices(section));
      case "boolean" -> new Field.Truth(common);
      case "secret" -> {
        int max = Amounts.whole(section, "max", 1, 1000, 128);
        yield new Field.Secret(common, Amounts.whole(section, "min", 0, max, 0), max);
      }
      default -> {
        if (!section.has("max")) {
          read.mistakes.addMissing(
              section.at(),
              "the file \"" + common.name() + "\" has no 'max'",
              "Say how large it may be: max = \"1M\".");
        }
        yield new Field.Upload(common, (int) Amounts.size(section, "max", 1, MAX_FILE, 1 << 20));
      }
    };
  }

  private Field text(Section section, Field.Common common) {
    int max = Amounts.whole(section, "max", 1, MAX_CHARACTERS, 100);
    return new Field.Text(
        common,
        Amounts.whole(section, "min", 0, max, 0),
        max,
        section.choice("characters", CHARACTERS, Field.Characters.PRINTABLE),
        pattern(section),
        section.truth("lines", false),
        section.truth("leading_dash", false));
  }

  private @Nullable Pattern pattern(Section section) {
    Located<String> text = section.text("pattern");
    if (text == null) {
      return null;
    }
    try {
      return Pattern.of(text.value());
    } catch (IllegalArgumentException e) {
      read.mistakes.add(
          Problem.of("\"" + text.value() + "\" is no pattern")
              .answered(String.valueOf(e.getMessage()))
              .remedy("The syntax is that of RE2; it has neither \\1 nor (?=...).")
              .at(text.at()));
      return null;
    }
  }

  private Field.Choices choices(Section section) {
    Located<String> from = section.text("choices_from");
    if (from != null) {
      if (section.has("choices")) {
        read.mistakes.add(
            from.at(), "'choices' and 'choices_from' cannot be together", "Leave one out.");
      }
      return new Field.Choices.From(from.value());
    }
    List<Field.Option> options = new ArrayList<>();
    List<String> values = new ArrayList<>();
    for (TomlValue element : section.elements("choices", "an array")) {
      Field.Option option = option(section, element);
      if (option != null && values.contains(option.value())) {
        read.mistakes.add(
            element.at(), "the choice \"" + option.value() + "\" is there twice", "Leave one out.");
      } else if (option != null) {
        values.add(option.value());
        options.add(option);
      }
    }
    if (options.isEmpty() && (!section.has("choices") || section.isEmptyArray("choices"))) {
      read.mistakes.addMissing(
          section.positionOf("choices"),
          "the field has nothing to choose from",
          "Write choices = [\"a\", \"b\"], or choices_from = \"JOB\".");
    }
    return new Field.Choices.Fixed(options);
  }

  private Field.@Nullable Option option(Section field, TomlValue element) {
    return switch (element) {
      case TomlValue.Text text ->
          isValue(new Located<>(text.value(), text.at()))
              ? new Field.Option(text.value(), Texts.same(text.value()))
              : null;
      case TomlTable table -> option(field.element("choices", table));
      default -> {
        field.wrongElement("choices", "strings, or tables with 'value' and 'label'", element);
        yield null;
      }
    };
  }

  private Field.@Nullable Option option(Section section) {
    Located<String> value = section.text("value");
    Texts label = read.texts(section, "label");
    if (value == null) {
      if (!section.has("value")) {
        read.mistakes.addMissing(
            section.at(), "the choice has no 'value'", "Write what the program gets.");
      }
      return null;
    }
    return isValue(value)
        ? new Field.Option(value.value(), label == null ? Texts.same(value.value()) : label)
        : null;
  }

  private boolean isValue(Located<String> value) {
    if (value.value().isEmpty()
        || value.value().length() > 1000
        || TextRules.unprintable(value.value()) >= 0) {
      read.mistakes.add(
          value.at(),
          "\"" + value.value() + "\" is no choice",
          "Use 1 to 1000 characters that can be printed.");
      return false;
    }
    return true;
  }

  /** The same field with what its form begins with, judged as if a visitor had typed it. */
  private Field withPreset(Section section, Field field) {
    Located<String> preset = section.numberOrText("preset");
    if (preset == null) {
      return field;
    }
    String why =
        switch (field) {
          case Field.Secret secret -> "a secret";
          case Field.Upload upload -> "a file";
          case Field.Choice choice when choice.choices() instanceof Field.Choices.From ->
              "a choice from another job";
          default -> field.common().filledFrom() == null ? "" : "a field that a job fills";
        };
    if (!why.isEmpty()) {
      read.mistakes.add(preset.at(), why + " cannot have a 'preset'", "Leave it out.");
      return field;
    }
    Judgement judged = FieldCheck.judge(field, brig.hole.wire.Bytes.of(preset.value()), Kept.NONE);
    if (judged instanceof FieldError error) {
      read.mistakes.add(
          Problem.of("the preset \"" + preset.value() + "\" would be refused")
              .answered(error.message().in("en").replace("{}", error.argument()))
              .at(preset.at()));
    }
    return Presets.with(field, preset.value());
  }
}
