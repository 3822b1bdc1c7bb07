package brig.hole.form;

import static brig.report.html.Attribute.ARIA_DESCRIBEDBY;
import static brig.report.html.Attribute.ARIA_INVALID;
import static brig.report.html.Attribute.AUTOCOMPLETE;
import static brig.report.html.Attribute.CHECKED;
import static brig.report.html.Attribute.CLASS;
import static brig.report.html.Attribute.FOR;
import static brig.report.html.Attribute.ID;
import static brig.report.html.Attribute.INPUTMODE;
import static brig.report.html.Attribute.MAX;
import static brig.report.html.Attribute.MAXLENGTH;
import static brig.report.html.Attribute.MIN;
import static brig.report.html.Attribute.NAME;
import static brig.report.html.Attribute.REQUIRED;
import static brig.report.html.Attribute.ROWS;
import static brig.report.html.Attribute.SELECTED;
import static brig.report.html.Attribute.TYPE;
import static brig.report.html.Attribute.VALUE;

import brig.hole.job.Field;
import brig.hole.job.FieldError;
import brig.hole.job.Hole;
import brig.hole.job.Job;
import brig.report.html.Html;
import brig.report.html.Tag;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One field of a form, with its label, its help and what is wrong with it. */
final class FieldHtml {
  /** So many choices are all seen at once; more become a list. */
  private static final int RADIOS = 5;

  private final Hole hole;
  private final FormView view;
  private final Html html;
  private final Field field;
  private final int number;
  private final String id;
  private final String described;
  private final @Nullable FieldError error;

  /**
   * Of a form.
   *
   * @param number which field of the job it is, from 0
   */
  FieldHtml(Hole hole, FormView view, Html html, Field field, int number) {
    this.hole = hole;
    this.number = number;
    this.view = view;
    this.html = html;
    this.field = field;
    this.id = id(field);
    this.error = view.errors().get(field.name());
    String help = field.common().help().isEmpty() ? "" : id + "-help";
    String given = isGiven() ? " " + id + "-given" : "";
    String wrong = error == null ? "" : " " + id + "-error";
    this.described = (help + given + wrong).strip();
  }

  static String id(Field field) {
    return "field-" + field.name();
  }

  void write() {
    html.begin(Tag.DIV).with(CLASS, error == null ? "field" : "field wrong");
    if (field.common().filledFrom() != null) {
      filled(field.common().filledFrom());
    } else {
      switch (field) {
        case Field.Text text when text.lines() -> area(text);
        case Field.Text text -> {
          label();
          input("text").with(MAXLENGTH, Integer.toString(text.max())).with(VALUE, value());
        }
        case Field.Whole _ -> {
          label();
          input("text").with(INPUTMODE, "numeric").with(VALUE, value());
        }
        case Field.Decimal _ -> {
          label();
          input("text").with(INPUTMODE, "decimal").with(VALUE, value());
        }
        case Field.Date date -> date(date);
        case Field.Choice choice -> choice(choice);
        case Field.Truth _ -> truth();
        case Field.Secret secret -> {
          label();
          // Never filled in again: what was typed is not repeated.
          input("password")
              .with(MAXLENGTH, Integer.toString(secret.max()))
              .with(AUTOCOMPLETE, "current-password");
          drop();
        }
        case Field.Upload _ -> {
          label();
          input("file");
          drop();
        }
      }
    }
    html.end(Tag.DIV);
  }

  private String text(FormWord word, Object... arguments) {
    return word.in(view.language(), arguments);
  }

  private String value() {
    String typed = view.typed().get(field.name());
    String preset = field.common().preset();
    return typed != null ? typed : preset != null ? preset : "";
  }

  private void label() {
    html.begin(Tag.LABEL).with(FOR, id);
    labelText();
    html.end(Tag.LABEL);
    notes();
  }

  private void labelText() {
    html.text(field.common().label().in(view.language()));
    if (field.required() && !(field instanceof Field.Truth)) {
      html.text(" ").begin(Tag.SPAN).with(CLASS, "required");
      html.text(text(FormWord.REQUIRED)).end(Tag.SPAN);
    }
  }

  /** Help and error, where a screen reader finds them by the field's aria-describedby. */
  private void notes() {
    if (!field.common().help().isEmpty()) {
      html.begin(Tag.P).with(ID, id + "-help").with(CLASS, "help");
      html.text(field.common().help().in(view.language())).end(Tag.P);
    }
    if (isGiven()) {
      html.begin(Tag.P).with(ID, id + "-given").with(CLASS, "help");
      html.text(text(FormWord.GIVEN)).end(Tag.P);
    }
    if (error != null) {
      html.begin(Tag.P).with(ID, id + "-error").with(CLASS, "error");
      html.text(error.in(hole, view.language())).end(Tag.P);
    }
  }

  private Html input(String type) {
    html.begin(Tag.INPUT).with(TYPE, type);
    return common(id).with(field.required() && !isGiven(), REQUIRED);
  }

  private boolean isGiven() {
    return view.given().contains(field.name());
  }

  /** What need not be given can be taken back. */
  private void drop() {
    if (isGiven() && !field.required()) {
      String name = FormNames.DROP + number;
      html.begin(Tag.DIV).with(CLASS, "option").begin(Tag.INPUT).with(TYPE, "checkbox");
      html.with(ID, id + "-drop").with(NAME, name).with(VALUE, "yes").text(" ");
      html.begin(Tag.LABEL).with(FOR, id + "-drop").text(text(FormWord.DROP)).end(Tag.LABEL);
      html.end(Tag.DIV);
    }
  }

  private Html common(String ofId) {
    return html.with(ID, ofId)
        .with(NAME, field.name())
        .with(!described.isEmpty(), ARIA_DESCRIBEDBY, described)
        .with(error != null, ARIA_INVALID, "true");
  }

  private void area(Field.Text text) {
    label();
    html.begin(Tag.TEXTAREA);
    common(id)
        .with(ROWS, "6")
        .with(MAXLENGTH, Integer.toString(text.max()))
        .with(field.required(), REQUIRED);
    html.text(value()).end(Tag.TEXTAREA);
  }

  private void date(Field.Date date) {
    label();
    Html input = input("date").with(VALUE, value());
    if (date.min() != null) {
      input.with(MIN, date.min().toString());
    }
    if (date.max() != null) {
      input.with(MAX, date.max().toString());
    }
  }

  private void truth() {
    html.begin(Tag.INPUT).with(TYPE, "checkbox");
    String value = value();
    boolean checked = value.equals("true") || value.equals("on") || value.equals("yes");
    common(id).with(VALUE, "true").with(checked, CHECKED);
    html.text(" ");
    label();
  }

  private void choice(Field.Choice choice) {
    switch (choice.choices()) {
      case Field.Choices.Fixed(List<Field.Option> options) -> {
        if (options.size() <= RADIOS) {
          radios(options);
        } else {
          select(options);
        }
      }
      case Field.Choices.From(String job) -> {
        List<Field.Option> options = view.kept().of(job);
        if (options == null || options.isEmpty()) {
          label();
          first(FormWord.NOTHING_TO_CHOOSE, job);
        } else {
          select(options);
        }
      }
    }
  }

  private void radios(List<Field.Option> options) {
    html.begin(Tag.FIELDSET).with(ID, id).with(!described.isEmpty(), ARIA_DESCRIBEDBY, described);
    html.begin(Tag.LEGEND);
    labelText();
    html.end(Tag.LEGEND);
    notes();
    int i = 0;
    for (Field.Option option : options) {
      String ofId = id + "-" + ++i;
      html.begin(Tag.DIV).with(CLASS, "option").begin(Tag.INPUT).with(TYPE, "radio");
      html.with(ID, ofId)
          .with(NAME, field.name())
          .with(VALUE, option.value())
          .with(value().equals(option.value()), CHECKED)
          .with(field.required(), REQUIRED);
      html.text(" ").begin(Tag.LABEL).with(FOR, ofId);
      html.text(option.label().in(view.language())).end(Tag.LABEL).end(Tag.DIV);
    }
    html.end(Tag.FIELDSET);
  }

  private void select(List<Field.Option> options) {
    label();
    html.begin(Tag.SELECT);
    common(id).with(field.required(), REQUIRED);
    html.begin(Tag.OPTION).with(VALUE, "").text(text(FormWord.CHOOSE)).end(Tag.OPTION);
    for (Field.Option option : options) {
      html.begin(Tag.OPTION)
          .with(VALUE, option.value())
          .with(value().equals(option.value()), SELECTED);
      html.text(option.label().in(view.language())).end(Tag.OPTION);
    }
    html.end(Tag.SELECT);
  }

  /** What another job put into the session: seen, not sent; the listener takes its own. */
  private void filled(String from) {
    List<Field.Option> kept = view.kept().of(from);
    label();
    if (kept == null || kept.isEmpty()) {
      first(FormWord.NOT_FILLED, from);
    } else {
      html.begin(Tag.OUTPUT).with(ID, id);
      html.text(kept.getFirst().label().in(view.language())).end(Tag.OUTPUT);
    }
  }

  private void first(FormWord word, String jobName) {
    Job job = hole.job(jobName);
    String title = job == null ? jobName : job.title().in(view.language());
    html.begin(Tag.P).with(ID, id).with(CLASS, "help");
    html.text(text(word) + " " + title).end(Tag.P);
  }
}
