package brig.report.html;

import java.util.Locale;

/** The elements that Brig writes. Those whose content is not text (script, style) are no part. */
public enum Tag {
  A,
  BODY,
  BUTTON,
  DIV,
  FIELDSET,
  FOOTER,
  FORM,
  H1,
  H2,
  HEAD,
  HEADER,
  HTML,
  IFRAME,
  INPUT(true),
  LABEL,
  LEGEND,
  LI,
  LINK(true),
  MAIN,
  META(true),
  NAV,
  NOSCRIPT,
  OL,
  OPTION,
  OUTPUT,
  P,
  PRE,
  SELECT,
  SPAN,
  TEXTAREA,
  TITLE,
  UL;

  private final boolean empty;

  Tag() {
    this(false);
  }

  Tag(boolean empty) {
    this.empty = empty;
  }

  /** Whether it has neither content nor an end tag. */
  boolean isEmpty() {
    return empty;
  }

  String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
