package brig.hole.lint;

import brig.hole.job.Job;
import brig.hole.job.Step;
import brig.hole.job.Word;
import brig.spec.Located;
import java.util.HashSet;
import java.util.Set;

/** The fields that some step of a job takes. */
final class UsedFields {
  private final Set<String> names = new HashSet<>();

  UsedFields(Job job) {
    for (Step step : job.steps()) {
      for (Located<Word> word : step.command()) {
        add(word.value());
      }
      for (Located<Word> word : step.environment().values()) {
        add(word.value());
      }
      switch (step.input()) {
        case Step.Input.Nothing nothing -> {}
        case Step.Input.Lines lines -> lines.values().forEach(this::add);
        case Step.Input.Pairs pairs -> pairs.values().forEach(named -> add(named.word()));
        case Step.Input.Json json -> json.values().forEach(named -> add(named.word()));
        case Step.Input.Raw raw -> names.add(raw.field());
      }
      if (step.names() instanceof Step.UserNamedBy.OfField named) {
        names.add(named.field());
      }
    }
  }

  private void add(Word word) {
    if (word instanceof Word.OfField field) {
      names.add(field.name());
    }
  }

  Set<String> names() {
    return names;
  }
}
