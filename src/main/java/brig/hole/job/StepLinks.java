package brig.hole.job;

import brig.report.Position;
import brig.report.Problem;
import brig.spec.Located;
import brig.spec.Mistakes;
import brig.spec.NearestWord;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whether what the steps of a job take exists, and may go where they put it. */
final class StepLinks {
  private final Job job;
  private final Mistakes mistakes;
  private final List<String> names = new ArrayList<>();
  private boolean userIsKnown;

  StepLinks(Job job, Mistakes mistakes) {
    this.job = job;
    this.mistakes = mistakes;
    for (Field field : job.fields()) {
      names.add(field.name());
    }
    userIsKnown = job.session() == Job.SessionUse.NEEDS || job.session() == Job.SessionUse.ENDS;
  }

  void check() {
    boolean authorized = false;
    boolean kept = false;
    for (Step step : job.steps()) {
      command(step);
      for (Map.Entry<String, Located<Word>> variable : step.environment().entrySet()) {
        Field field = require(variable.getValue().value(), variable.getValue().at());
        if (field instanceof Field.Secret) {
          exposed(field, variable.getValue().at(), "the environment, which its children inherit");
        } else {
          oneLine(field, variable.getValue().at(), "the environment");
        }
      }
      input(step);
      if (step.user() instanceof Step.RunAs.SessionUser user) {
        requireUser(user.at());
      }
      if (step.names() instanceof Step.UserNamedBy.OfField named) {
        userField(named, step.at());
      }
      if (step.role() == Step.Role.AUTHORIZE) {
        once(authorized, step, "authorize");
        authorized = true;
        userIsKnown |= step.names() != null;
      }
      if (step.role() == Step.Role.KEEP) {
        once(kept, step, "keep");
        kept = true;
        if (job.session() != Job.SessionUse.NEEDS && job.session() != Job.SessionUse.BEGINS) {
          mistakes.add(
              step.at(),
              "a step with role = \"keep\" keeps its output in the session, but the job \""
                  + job.name()
                  + "\" has none",
              "Write session = \"needs\" in the job.");
        }
      }
    }
  }

  private void once(boolean before, Step step, String role) {
    if (before) {
      mistakes.add(step.at(), "two steps have role = \"" + role + "\"", "Give it to one of them.");
    }
  }

  private void command(Step step) {
    boolean afterDashes = false;
    for (Located<Word> word : step.command()) {
      Field field = require(word.value(), word.at());
      if (field instanceof Field.Secret) {
        exposed(field, word.at(), "the command line, where every process can read it");
      } else if (mayBeginWithDash(field) && !afterDashes) {
        mistakes.add(
            word.at(),
            "the value of \""
                + (field == null ? "" : field.name())
                + "\" may begin with a hyphen, and the program take it for an option",
            "Put \"--\" before it in the command, or hand it over in the input.");
      } else {
        oneLine(field, word.at(), "an argument");
      }
      afterDashes |= word.value().equals(new Word.Literal("--"));
    }
  }

  /** A text with leading_dash = true is allowed by name. */
  private static boolean mayBeginWithDash(@Nullable Field field) {
    return switch (field) {
      case Field.Whole number -> number.min() < 0;
      case Field.Decimal number -> number.min().compareTo(BigDecimal.ZERO) < 0;
      case Field.Choice choice -> {
        // What a job offers is judged when it is chosen.
        boolean dash = false;
        if (choice.choices() instanceof Field.Choices.Fixed fixed) {
          for (Field.Option option : fixed.options()) {
            dash |= option.value().startsWith("-");
          }
        }
        yield dash;
      }
      case null, default -> false;
    };
  }

  private void input(Step step) {
    switch (step.input()) {
      case Step.Input.Nothing nothing -> {}
      case Step.Input.Lines lines -> {
        for (Word word : lines.values()) {
          oneLine(require(word, step.at()), step.at(), "a line of the input");
        }
      }
      case Step.Input.Pairs pairs -> {
        for (Step.Named named : pairs.values()) {
          oneLine(require(named.word(), step.at()), step.at(), "a line of the input");
        }
      }
      case Step.Input.Json json -> {
        for (Step.Named named : json.values()) {
          Field field = require(named.word(), step.at());
          if (field instanceof Field.Upload) {
            oneLine(field, step.at(), "JSON");
          }
        }
      }
      case Step.Input.Raw raw -> {
        Field field = require(new Word.OfField(raw.field()), step.at());
        if (field != null && !(field instanceof Field.Upload || field instanceof Field.Text)) {
          mistakes.add(
              step.at(),
              "the field \"" + raw.field() + "\" is neither a file nor a text",
              "Hand it over as lines, pairs or json.");
        }
      }
    }
  }

  private void oneLine(@Nullable Field field, Position at, String where) {
    if (field instanceof Field.Upload) {
      mistakes.add(
          at,
          "the file \"" + field.name() + "\" cannot be " + where,
          "Hand it over as input = { raw = \"" + field.name() + "\" }.");
    } else if (field instanceof Field.Text text && text.lines()) {
      mistakes.add(
          at,
          "the text \"" + field.name() + "\" may have several lines and cannot be " + where,
          "Hand it over as input = { json = [...] } or { raw = \"" + field.name() + "\" }.");
    }
  }

  private void exposed(Field field, Position at, String where) {
    mistakes.add(
        at,
        "the secret \"" + field.name() + "\" would stand in " + where,
        "Hand it over in the input: input = { lines = [\"" + field.name() + "\"] }.");
  }

  private void userField(Step.UserNamedBy.OfField named, Position at) {
    Field field = require(new Word.OfField(named.field()), at);
    if (field != null && !(field instanceof Field.Text || field instanceof Field.Choice)) {
      mistakes.add(
          at,
          "the field \"" + named.field() + "\" cannot name a user",
          "Take one of type \"text\".");
    }
  }

  private void requireUser(Position at) {
    if (!userIsKnown) {
      mistakes.add(
          at, "nobody has logged in when this step runs", "Write session = \"needs\" in the job.");
    }
  }

  /** The field that a word takes; null when it takes none, or none that exists. */
  private @Nullable Field require(Word word, Position at) {
    return switch (word) {
      case Word.Literal literal -> null;
      case Word.Language language -> null;
      case Word.SessionUser user -> {
        requireUser(at);
        yield null;
      }
      case Word.OfField of -> {
        Field field = job.field(of.name());
        if (field == null) {
          String nearest = NearestWord.to(of.name(), names);
          mistakes.add(
              Problem.of("the job \"" + job.name() + "\" has no field \"" + of.name() + "\"")
                  .remedy(nearest == null ? null : "Did you mean \"" + nearest + "\"?")
                  .at(at));
        }
        yield field;
      }
    };
  }
}
