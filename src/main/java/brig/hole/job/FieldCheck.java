package brig.hole.job;

import brig.hole.wire.Bytes;
import brig.hole.wire.Request;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Judges what a client sent against a job's fields: everything is decoded once, strictly, here, and
 * nowhere else. Either all values are good, or every error is told.
 */
public final class FieldCheck {
  /** What came of it. */
  public sealed interface Outcome {
    /**
     * Every field of the job with its value, in the job's order.
     *
     * @param values by the names of fields; {@link Value.Absent} for an optional one without
     */
    record Good(Map<String, Value> values) implements Outcome {}

    /**
     * At least one value is wrong.
     *
     * @param errors by the names of fields, in the job's order; what is no field comes last
     * @param values those that are good all the same
     */
    record Bad(Map<String, FieldError> errors, Map<String, Value> values) implements Outcome {}
  }

  /** Under which an input section is told that belongs to no field. */
  private static final String INPUT = "input";

  private final Job job;
  private final Kept kept;
  private final Map<String, Value> values = new LinkedHashMap<>();
  private final Map<String, FieldError> errors = new LinkedHashMap<>();

  private FieldCheck(Job job, Kept kept) {
    this.job = job;
    this.kept = kept;
  }

  /** Judges all fields of a job. */
  public static Outcome check(Job job, Request request, Kept kept) {
    return check(job, request.values(), request.sections(), kept);
  }

  /** Judges all fields of a job. */
  public static Outcome check(
      Job job, Map<String, Bytes> values, List<Request.Section> sections, Kept kept) {
    return new FieldCheck(job, kept).all(values, sections);
  }

  /**
   * Judges some fields of a job, those of one form of a wizard.
   *
   * @param names fields of the job; what is sent of others is told as unknown
   */
  public static Outcome checkSome(
      Job job,
      List<String> names,
      Map<String, Bytes> values,
      List<Request.Section> sections,
      Kept kept) {
    List<Field> fields = new ArrayList<>();
    for (Field field : job.fields()) {
      if (names.contains(field.name())) {
        fields.add(field);
      }
    }
    return check(withFields(job, fields), values, sections, kept);
  }

  private static Job withFields(Job job, List<Field> fields) {
    return new Job(
        job.name(),
        job.at(),
        job.title(),
        job.help(),
        job.hidden(),
        job.fifo(),
        job.callers(),
        job.session(),
        fields,
        List.of(),
        job.steps(),
        job.atOnce(),
        job.atOnceEachUser(),
        job.onLeave(),
        job.audit(),
        job.next());
  }

  private Outcome all(Map<String, Bytes> given, List<Request.Section> sections) {
    Map<String, Bytes> files = files(sections);
    for (Field field : job.fields()) {
      Bytes bytes = (field instanceof Field.Upload ? files : given).get(field.name());
      boolean misplaced = (field instanceof Field.Upload ? given : files).get(field.name()) != null;
      Judgement answer =
          misplaced
              ? FieldError.of(Message.NOT_YOURS)
              : judge(field, bytes == null ? Bytes.NONE : bytes);
      switch (answer) {
        case FieldError error -> errors.put(field.name(), error);
        case Value value -> values.put(field.name(), value);
      }
    }
    for (String name : given.keySet()) {
      if (job.field(name) == null) {
        errors.put(name, FieldError.of(Message.NOT_KNOWN));
      }
    }
    return errors.isEmpty() ? new Outcome.Good(values) : new Outcome.Bad(errors, values);
  }

  /** The input sections by the names of their fields. */
  private Map<String, Bytes> files(List<Request.Section> sections) {
    Map<String, Bytes> files = new LinkedHashMap<>();
    List<Field.Upload> uploads = job.uploads();
    for (Request.Section section : sections) {
      String name = section.name();
      if (name.isEmpty()) {
        name = INPUT;
        for (Field.Upload upload : uploads) {
          if (!files.containsKey(upload.name())) {
            name = upload.name();
            break;
          }
        }
      }
      if (!(job.field(name) instanceof Field.Upload)) {
        errors.put(name, FieldError.of(Message.NOT_KNOWN));
      } else if (files.putIfAbsent(name, section.bytes()) != null) {
        errors.put(name, FieldError.of(Message.NOT_YOURS));
      }
    }
    return files;
  }

  private Judgement judge(Field field, Bytes given) {
    String filledFrom = field.common().filledFrom();
    if (filledFrom != null) {
      if (given.length() > 0) {
        return FieldError.of(Message.NOT_YOURS);
      }
      List<Field.Option> held = kept.of(filledFrom);
      given = held == null || held.isEmpty() ? Bytes.NONE : Bytes.of(held.getFirst().value());
    }
    return judge(field, given, kept);
  }

  /** Judges one value, wherever it comes from. */
  static Judgement judge(Field field, Bytes given, Kept kept) {
    if (field instanceof Field.Upload upload) {
      return upload(upload, given);
    }
    if (given.length() == 0) {
      return absent(field);
    }
    // The length comes first: what is too long is not even decoded.
    int most = mostCharacters(field);
    if (given.length() > 4L * most) {
      return tooLong(field, most);
    }
    String text = given.utf8();
    if (text == null) {
      return FieldError.of(Message.NOT_TEXT);
    }
    return switch (field) {
      case Field.Text rules -> TextCheck.text(rules, text);
      case Field.Secret rules -> TextCheck.secret(rules, text);
      case Field.Whole rules -> NumberCheck.whole(rules, text);
      case Field.Decimal rules -> NumberCheck.decimal(rules, text);
      case Field.Date rules -> NumberCheck.date(rules, text);
      case Field.Choice rules -> choice(rules, text, kept);
      case Field.Truth rules -> truth(text);
      case Field.Upload rules -> throw new IllegalStateException("judged above");
    };
  }

  private static Judgement absent(Field field) {
    if (field instanceof Field.Truth) {
      return new Value.Truth(false);
    }
    return field.required() ? FieldError.of(Message.MISSING) : new Value.Absent();
  }

  private static Judgement upload(Field.Upload field, Bytes given) {
    if (given.length() > field.max()) {
      return FieldError.of(Message.FILE_TOO_LARGE, field.max());
    }
    return given.length() == 0 ? absent(field) : new Value.Upload(given);
  }

  private static int mostCharacters(Field field) {
    return switch (field) {
      case Field.Text text -> text.lines() ? text.max() * 2 : text.max();
      case Field.Secret secret -> secret.max();
      default -> 1000;
    };
  }

  private static FieldError tooLong(Field field, int most) {
    return switch (field) {
      case Field.Text text -> FieldError.of(Message.TOO_LONG, text.max());
      case Field.Choice choice -> FieldError.of(Message.NOT_OFFERED);
      default -> FieldError.of(Message.TOO_LONG, most);
    };
  }

  private static Judgement choice(Field.Choice field, String text, Kept kept) {
    @Nullable List<Field.Option> options =
        switch (field.choices()) {
          case Field.Choices.Fixed fixed -> fixed.options();
          case Field.Choices.From from -> kept.of(from.job());
        };
    boolean written = field.choices() instanceof Field.Choices.Fixed;
    if (options != null) {
      for (Field.Option option : options) {
        if (option.value().equals(text)) {
          return written || !text.startsWith("-")
              ? new Value.Text(text)
              : FieldError.of(Message.LEADING_DASH);
        }
      }
    }
    return FieldError.of(Message.NOT_OFFERED);
  }

  private static Judgement truth(String text) {
    return switch (text) {
      case "true", "on", "yes", "1" -> new Value.Truth(true);
      case "false", "off", "no", "0" -> new Value.Truth(false);
      default -> FieldError.of(Message.NOT_TRUTH);
    };
  }
}
