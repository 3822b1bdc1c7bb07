package brig.hole.form;

import brig.hole.job.Field;
import brig.hole.job.FieldError;
import brig.hole.job.Hole;
import brig.hole.job.Job;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;

/** The same as {@link JobForm}, for programs: on one line. */
public final class JobJson {
  private JobJson() {}

  @FunctionalInterface
  private interface Body {
    void write(JsonGenerator json) throws IOException;
  }

  private static String object(Body body) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.writeStartObject();
      body.write(json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // into memory
    }
    return text.toString();
  }

  public static String form(Hole hole, Job job, FormView view) {
    return object(json -> describe(json, hole, job, view));
  }

  public static String list(Hole hole, String language) {
    return object(
        json -> {
          json.writeStringField("title", JobForm.title(hole, language));
          languages(json, hole, language);
          json.writeArrayFieldStart("jobs");
          for (Job job : hole.jobs().values()) {
            if (!job.hidden()) {
              json.writeStartObject();
              head(json, job, language);
              json.writeEndObject();
            }
          }
          json.writeEndArray();
        });
  }

  /** Which jobs one can log in with. */
  public static String login(Hole hole, String language) {
    return object(
        json -> {
          languages(json, hole, language);
          json.writeArrayFieldStart("login");
          for (Job job : hole.jobs().values()) {
            if (job.session() == Job.SessionUse.BEGINS) {
              json.writeStartObject();
              head(json, job, language);
              json.writeEndObject();
            }
          }
          json.writeEndArray();
        });
  }

  /** The forms that a job's result leads to. */
  public static String next(Hole hole, Job done, String language) {
    return object(
        json -> {
          json.writeArrayFieldStart("next");
          for (var name : done.next()) {
            Job job = hole.job(name.value());
            if (job != null) {
              json.writeStartObject();
              head(json, job, language);
              json.writeEndObject();
            }
          }
          json.writeEndArray();
        });
  }

  private static void head(JsonGenerator json, Job job, String language) throws IOException {
    json.writeStringField("job", job.name());
    json.writeStringField("title", job.title().in(language));
    json.writeStringField("session", job.session().name().toLowerCase(Locale.ROOT));
  }

  private static void languages(JsonGenerator json, Hole hole, String language) throws IOException {
    json.writeStringField("language", language);
    json.writeArrayFieldStart("languages");
    for (String other : hole.languages()) {
      json.writeString(other);
    }
    json.writeEndArray();
  }

  private static void describe(JsonGenerator json, Hole hole, Job job, FormView view)
      throws IOException {
    String language = view.language();
    head(json, job, language);
    json.writeStringField("help", job.help().in(language));
    languages(json, hole, language);
    json.writeStringField("nonce", view.nonce());
    if (!view.notice().isEmpty()) {
      json.writeStringField("notice", view.notice());
    }
    List<String> shown = null;
    if (!job.pages().isEmpty()) {
      int page = Math.clamp(view.page(), 0, job.pages().size() - 1);
      json.writeNumberField("page", page);
      json.writeNumberField("pages", job.pages().size());
      shown = job.pages().get(page).fields();
    }
    json.writeArrayFieldStart("fields");
    for (Field field : job.fields()) {
      if (shown == null || shown.contains(field.name())) {
        field(json, hole, field, view);
      }
    }
    json.writeEndArray();
  }

  private static void field(JsonGenerator json, Hole hole, Field field, FormView view)
      throws IOException {
    String language = view.language();
    json.writeStartObject();
    json.writeStringField("name", field.name());
    json.writeStringField("type", type(field));
    json.writeStringField("label", field.common().label().in(language));
    json.writeStringField("help", field.common().help().in(language));
    json.writeBooleanField("required", field.required());
    String typed = view.typed().get(field.name());
    String preset = field.common().preset();
    String from = field.common().filledFrom();
    List<Field.Option> filled = from == null ? null : view.kept().of(from);
    if (from != null) {
      json.writeBooleanField("filled", true);
    }
    if (filled != null && !filled.isEmpty()) {
      json.writeStringField("value", filled.getFirst().value());
    } else if (from == null && !(field instanceof Field.Secret) && typed != null) {
      json.writeStringField("value", typed);
    } else if (from == null && preset != null) {
      json.writeStringField("value", preset);
    }
    if (view.given().contains(field.name())) {
      json.writeBooleanField("given", true);
    }
    FieldError error = view.errors().get(field.name());
    if (error != null) {
      json.writeStringField("error", error.in(hole, language));
    }
    if (field instanceof Field.Choice choice) {
      List<Field.Option> options =
          switch (choice.choices()) {
            case Field.Choices.Fixed(List<Field.Option> fixed) -> fixed;
            case Field.Choices.From(String job) -> {
              List<Field.Option> kept = view.kept().of(job);
              yield kept == null ? List.of() : kept;
            }
          };
      json.writeArrayFieldStart("options");
      for (Field.Option option : options) {
        json.writeStartObject();
        json.writeStringField("value", option.value());
        json.writeStringField("label", option.label().in(language));
        json.writeEndObject();
      }
      json.writeEndArray();
    }
    json.writeEndObject();
  }

  private static String type(Field field) {
    return switch (field) {
      case Field.Text text -> text.lines() ? "lines" : "text";
      case Field.Whole _ -> "integer";
      case Field.Decimal _ -> "decimal";
      case Field.Date _ -> "date";
      case Field.Choice _ -> "choice";
      case Field.Truth _ -> "boolean";
      case Field.Secret _ -> "secret";
      case Field.Upload _ -> "file";
    };
  }
}
