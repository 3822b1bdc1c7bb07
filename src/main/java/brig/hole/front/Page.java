package brig.hole.front;

import static brig.report.html.Attribute.ACTION;
import static brig.report.html.Attribute.ARIA_LIVE;
import static brig.report.html.Attribute.CHARSET;
import static brig.report.html.Attribute.CLASS;
import static brig.report.html.Attribute.CONTENT;
import static brig.report.html.Attribute.DATA_EVENTS;
import static brig.report.html.Attribute.DATA_STATE;
import static brig.report.html.Attribute.HREF;
import static brig.report.html.Attribute.ID;
import static brig.report.html.Attribute.LANG;
import static brig.report.html.Attribute.METHOD;
import static brig.report.html.Attribute.NAME;
import static brig.report.html.Attribute.REL;
import static brig.report.html.Attribute.ROLE;
import static brig.report.html.Attribute.SRC;
import static brig.report.html.Attribute.TABINDEX;
import static brig.report.html.Attribute.TITLE;
import static brig.report.html.Attribute.TYPE;

import brig.hole.wire.End;
import brig.hole.wire.Reason;
import brig.report.html.Html;
import brig.report.html.Tag;

/** Whole pages. */
final class Page {
  private final String base;
  private final Asset script;

  /**
   * @param base where the front is served: begins and ends with a slash
   */
  Page(String base, Asset script) {
    this.base = base;
    this.script = script;
  }

  private Html begin(String language, String title) {
    Html html = new Html().doctype();
    html.begin(Tag.HTML).with(!language.isEmpty(), LANG, language).begin(Tag.HEAD);
    html.begin(Tag.META).with(CHARSET, "utf-8");
    html.begin(Tag.META)
        .with(NAME, "viewport")
        .with(CONTENT, "width=device-width, initial-scale=1");
    html.element(Tag.TITLE, title);
    html.begin(Tag.LINK).with(REL, "stylesheet").with(HREF, base + Front.STYLE);
    html.script(base + Front.SCRIPT, script.hash());
    html.end(Tag.HEAD).begin(Tag.BODY).begin(Tag.MAIN);
    return html;
  }

  private String end(Html html, String language) {
    html.end(Tag.MAIN).begin(Tag.FOOTER).begin(Tag.P).begin(Tag.A).with(HREF, base);
    html.text(FrontWord.ALL.in(language)).end(Tag.A).end(Tag.P).end(Tag.FOOTER);
    return html.end(Tag.BODY).end(Tag.HTML).toString();
  }

  /**
   * What the listener described.
   *
   * @param message above it; empty: none
   */
  String described(Description description, String message, String made) {
    Html html = begin(description.language(), description.title());
    if (!message.isEmpty()) {
      alert(html, message);
    }
    return end(html.made(made), description.language());
  }

  /** Nothing but a message. */
  String message(String language, String message) {
    Html html = begin(language, FrontWord.PROBLEM.in(language));
    html.element(Tag.H1, FrontWord.PROBLEM.in(language));
    alert(html, message);
    return end(html, language);
  }

  private static void alert(Html html, String message) {
    html.begin(Tag.DIV)
        .with(ID, "brig-errors")
        .with(CLASS, "errors")
        .with(ROLE, "alert")
        .with(TABINDEX, "-1")
        .element(Tag.P, message)
        .end(Tag.DIV);
  }

  /** How a run stands, and what it has written until now. */
  String run(String id, Run run, Run.View view, Description after) {
    String language = run.language;
    String here = base + Front.RUNS + id;
    Html html = begin(language, run.title);
    html.element(Tag.H1, run.title);
    End end = view.end();
    html.begin(Tag.P)
        .with(ID, "brig-state")
        .with(DATA_STATE, end == null ? "going" : end.reason().word())
        .with(ARIA_LIVE, "polite");
    if (end == null) {
      html.with(DATA_EVENTS, here + "/events?from=" + view.at());
    }
    html.text(state(view, language)).end(Tag.P);
    if (end == null) {
      html.begin(Tag.FORM).with(METHOD, "post").with(ACTION, here + "/cancel").begin(Tag.P);
      html.begin(Tag.BUTTON).with(TYPE, "submit").with(ID, "brig-cancel");
      html.text(FrontWord.CANCEL.in(language)).end(Tag.BUTTON).end(Tag.P).end(Tag.FORM);
    }
    if (end == null || view.at() > 0) {
      html.element(Tag.H2, FrontWord.OUTPUT.in(language));
      html.begin(Tag.PRE).with(ID, "brig-output").with(TABINDEX, "0");
      html.text(view.text()).end(Tag.PRE);
    }
    if (end == null) {
      html.begin(Tag.NOSCRIPT).begin(Tag.IFRAME).with(SRC, here + "/output");
      html.with(TITLE, FrontWord.OUTPUT.in(language)).end(Tag.IFRAME).end(Tag.NOSCRIPT);
    }
    link(html, here + "/output", FrontWord.AS_TEXT.in(language));
    if (end != null) {
      if (!after.next().isEmpty()) {
        html.element(Tag.H2, FrontWord.NEXT.in(language));
        html.begin(Tag.UL).with(ID, "brig-next");
        for (Description.Link next : after.next()) {
          html.begin(Tag.LI).begin(Tag.A).with(HREF, base + next.job());
          html.text(next.title()).end(Tag.A).end(Tag.LI);
        }
        html.end(Tag.UL);
      }
      link(html, base + run.job, FrontWord.AGAIN.in(language));
    }
    return end(html, language);
  }

  private static void link(Html html, String address, String text) {
    html.begin(Tag.P).begin(Tag.A).with(HREF, address).text(text).end(Tag.A).end(Tag.P);
  }

  static String state(Run.View view, String language) {
    End end = view.end();
    if (end == null) {
      FrontWord word = view.state() == Run.State.WAITING ? FrontWord.WAITING : FrontWord.RUNNING;
      return word.in(language);
    }
    String text = FrontWord.of(end.reason()).in(language);
    boolean own = end.reason() == Reason.FAILED && !end.message().isEmpty();
    return own ? end.message() : text + (end.message().isEmpty() ? "" : " " + end.message());
  }
}
