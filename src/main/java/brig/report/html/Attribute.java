package brig.report.html;

import java.util.Locale;

/** The attributes that Brig writes: none that holds a script or a style. */
public enum Attribute {
  ACCEPT_CHARSET,
  /** An address. */
  ACTION,
  ARIA_CURRENT,
  ARIA_DESCRIBEDBY,
  ARIA_INVALID,
  ARIA_LABEL,
  ARIA_LIVE,
  AUTOCOMPLETE,
  CHARSET,
  CHECKED,
  CLASS,
  CONTENT,
  DATA_EVENTS,
  DATA_STATE,
  DIR,
  ENCTYPE,
  FOR,
  /** An address. */
  HREF,
  HREFLANG,
  ID,
  INPUTMODE,
  LANG,
  MAX,
  MAXLENGTH,
  METHOD,
  MIN,
  NAME,
  NOVALIDATE,
  REL,
  REQUIRED,
  ROLE,
  ROWS,
  SELECTED,
  /** An address. */
  SRC,
  TABINDEX,
  TITLE,
  TYPE,
  VALUE;

  String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  boolean isAddress() {
    return this == ACTION || this == HREF || this == SRC;
  }
}
