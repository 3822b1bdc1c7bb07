package brig.hole.form;

import static brig.report.html.Attribute.ACCEPT_CHARSET;
import static brig.report.html.Attribute.ARIA_CURRENT;
import static brig.report.html.Attribute.ARIA_LABEL;
import static brig.report.html.Attribute.CLASS;
import static brig.report.html.Attribute.ENCTYPE;
import static brig.report.html.Attribute.HREF;
import static brig.report.html.Attribute.HREFLANG;
import static brig.report.html.Attribute.ID;
import static brig.report.html.Attribute.LANG;
import static brig.report.html.Attribute.METHOD;
import static brig.report.html.Attribute.NAME;
import static brig.report.html.Attribute.NOVALIDATE;
import static brig.report.html.Attribute.ROLE;
import static brig.report.html.Attribute.TABINDEX;
import static brig.report.html.Attribute.TYPE;
import static brig.report.html.Attribute.VALUE;

import brig.hole.job.Field;
import brig.hole.job.FieldError;
import brig.hole.job.Hole;
import brig.hole.job.Job;
import brig.report.html.Html;
import brig.report.html.Tag;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A job's form as a part of a page. It is sent by POST to where it was shown; nothing in it needs a
 * script. The browser is asked not to judge the fields itself: what is wrong is told in one place,
 * in the form's language.
 */
public final class JobForm {
  private JobForm() {}

  public static String html(Hole hole, Job job, FormView view) {
    Html html = new Html();
    String language = view.language();
    html.begin(Tag.DIV).with(CLASS, "brig-form").with(LANG, language);
    languages(html, hole, language);
    html.element(Tag.H1, job.title().in(language));
    paragraph(html, "intro", job.help().in(language));
    summary(html, hole, job, view);
    html.begin(Tag.FORM)
        .with(METHOD, "post")
        .with(ACCEPT_CHARSET, "utf-8")
        .with(!job.uploads().isEmpty(), ENCTYPE, "multipart/form-data")
        .with(NOVALIDATE);
    hidden(html, FormNames.NONCE, view.nonce());
    if (job.pages().isEmpty()) {
      fields(html, hole, job, view, job.fields());
      buttons(html, language, 0, 1);
    } else {
      page(html, hole, job, view);
    }
    html.end(Tag.FORM).end(Tag.DIV);
    return html.toString();
  }

  /** All jobs that a visitor may choose from. */
  public static String list(Hole hole, String language) {
    Html html = new Html();
    html.begin(Tag.DIV).with(CLASS, "brig-jobs").with(LANG, language);
    languages(html, hole, language);
    html.element(Tag.H1, title(hole, language));
    html.begin(Tag.UL);
    for (Job job : hole.jobs().values()) {
      if (!job.hidden()) {
        html.begin(Tag.LI).begin(Tag.A).with(HREF, "./" + job.name());
        html.text(job.title().in(language)).end(Tag.A).end(Tag.LI);
      }
    }
    html.end(Tag.UL).end(Tag.DIV);
    return html.toString();
  }

  static String title(Hole hole, String language) {
    return hole.description().isEmpty() ? FormWord.SERVICES.in(language) : hole.description();
  }

  private static void languages(Html html, Hole hole, String language) {
    if (hole.languages().size() < 2) {
      return;
    }
    html.begin(Tag.NAV).with(CLASS, "languages").with(ARIA_LABEL, FormWord.LANGUAGE.in(language));
    for (String other : hole.languages()) {
      Locale locale = Locale.forLanguageTag(other);
      html.begin(Tag.A)
          .with(HREF, "?brig_language=" + other)
          .with(LANG, other)
          .with(HREFLANG, other)
          .with(other.equals(language), ARIA_CURRENT, "true");
      html.text(locale.getDisplayName(locale)).end(Tag.A).text(" ");
    }
    html.end(Tag.NAV);
  }

  private static void paragraph(Html html, String kind, String text) {
    if (!text.isEmpty()) {
      html.begin(Tag.P).with(CLASS, kind).text(text).end(Tag.P);
    }
  }

  /** What is wrong, first of all and with links to the fields. */
  private static void summary(Html html, Hole hole, Job job, FormView view) {
    if (view.errors().isEmpty() && view.notice().isEmpty()) {
      return;
    }
    String language = view.language();
    html.begin(Tag.DIV)
        .with(ID, "brig-errors")
        .with(CLASS, "errors")
        .with(ROLE, "alert")
        .with(TABINDEX, "-1");
    paragraph(html, "notice", view.notice());
    if (!view.errors().isEmpty()) {
      html.element(Tag.P, FormWord.WRONG.in(language)).begin(Tag.UL);
      for (Map.Entry<String, FieldError> entry : view.errors().entrySet()) {
        Field field = job.field(entry.getKey());
        String message = entry.getValue().in(hole, language);
        html.begin(Tag.LI);
        if (field == null) {
          html.text(entry.getKey() + ": " + message);
        } else {
          html.begin(Tag.A).with(HREF, "#" + FieldHtml.id(field));
          html.text(field.common().label().in(language) + ": " + message).end(Tag.A);
        }
        html.end(Tag.LI);
      }
      html.end(Tag.UL);
    }
    html.end(Tag.DIV);
  }

  private static void page(Html html, Hole hole, Job job, FormView view) {
    String language = view.language();
    int number = Math.clamp(view.page(), 0, job.pages().size() - 1);
    Job.Page page = job.pages().get(number);
    hidden(html, FormNames.PAGE, Integer.toString(number));
    html.begin(Tag.P).with(CLASS, "step");
    html.text(FormWord.STEP.in(language, number + 1, job.pages().size())).end(Tag.P);
    html.begin(Tag.FIELDSET).element(Tag.LEGEND, page.title().in(language));
    paragraph(html, "help", page.help().in(language));
    List<Field> fields = new ArrayList<>();
    for (Field field : job.fields()) {
      if (page.fields().contains(field.name())) {
        fields.add(field);
      }
    }
    fields(html, hole, job, view, fields);
    html.end(Tag.FIELDSET);
    buttons(html, language, number, job.pages().size());
  }

  private static void fields(Html html, Hole hole, Job job, FormView view, List<Field> fields) {
    for (Field field : fields) {
      new FieldHtml(hole, view, html, field, job.fields().indexOf(field)).write();
    }
  }

  /** The first one is what the enter key presses. */
  private static void buttons(Html html, String language, int page, int pages) {
    html.begin(Tag.P).with(CLASS, "buttons");
    boolean last = page + 1 == pages;
    button(
        html,
        last ? FormNames.SEND : FormNames.NEXT,
        (last ? FormWord.SEND : FormWord.NEXT).in(language));
    if (page > 0) {
      html.text(" ");
      button(html, FormNames.BACK, FormWord.BACK.in(language));
    }
    html.end(Tag.P);
  }

  private static void button(Html html, String value, String text) {
    html.begin(Tag.BUTTON).with(TYPE, "submit").with(NAME, FormNames.GO).with(VALUE, value);
    html.text(text).end(Tag.BUTTON);
  }

  private static void hidden(Html html, String name, String value) {
    html.begin(Tag.INPUT).with(TYPE, "hidden").with(NAME, name).with(VALUE, value);
  }
}
