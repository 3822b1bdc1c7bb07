package brig.hole.job;

import brig.spec.Located;
import brig.spec.Section;
import brig.spec.toml.TomlTable;
import java.util.ArrayList;
import java.util.List;

/** {@code input} of a step: which values it reads, and in which form. */
final class InputReader {
  private final Reading read;

  InputReader(Reading read) {
    this.read = read;
  }

  Step.Input input(Section step) {
    if (!(step.value("input") instanceof TomlTable)) {
      step.below("input");
      return new Step.Input.Nothing();
    }
    Section section = step.below("input");
    List<String> forms = new ArrayList<>();
    for (String form : HoleVocabulary.INSTANCE.keys("input")) {
      if (section.has(form)) {
        forms.add(form);
      }
    }
    if (forms.size() != 1) {
      read.mistakes.addMissing(
          section.at(),
          forms.isEmpty()
              ? "'input' says neither what nor how"
              : "'input' has " + String.join(" and ", forms) + ", but a step reads one",
          "Write one of lines, pairs, json and raw.");
      return new Step.Input.Nothing();
    }
    return switch (forms.getFirst()) {
      case "lines" -> new Step.Input.Lines(words(section, "lines"));
      case "pairs" -> new Step.Input.Pairs(named(section, "pairs"));
      case "json" -> new Step.Input.Json(named(section, "json"));
      default -> {
        Located<String> field = section.text("raw");
        yield field == null ? new Step.Input.Nothing() : new Step.Input.Raw(field.value());
      }
    };
  }

  private List<Word> words(Section section, String key) {
    List<Word> words = new ArrayList<>();
    for (Located<String> name : section.texts(key)) {
      words.add(WordReader.ofInput(name.value()));
    }
    return words;
  }

  private List<Step.Named> named(Section section, String key) {
    List<Step.Named> named = new ArrayList<>();
    for (Located<String> name : section.distinct(key)) {
      named.add(new Step.Named(name.value(), WordReader.ofInput(name.value())));
    }
    return named;
  }
}
