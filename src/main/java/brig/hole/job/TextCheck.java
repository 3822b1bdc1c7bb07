package brig.hole.job;

/** Judges texts and secrets: length, characters, first character, then the pattern. */
final class TextCheck {
  private TextCheck() {}

  static Judgement text(Field.Text rules, String typed) {
    // Browsers send CR LF for every newline of a text area (HTML, 4.10.5.2).
    String text = rules.lines() ? typed.replace("\r\n", "\n") : typed;
    FieldError wrong = length(text, rules.min(), rules.max());
    if (wrong != null) {
      return wrong;
    }
    int outside = TextRules.firstOutside(text, rules.characters(), rules.lines());
    if (outside >= 0) {
      return new FieldError(Message.WRONG_CHARACTERS, TextRules.shown(outside));
    }
    if (text.startsWith("-") && !rules.leadingDash()) {
      return FieldError.of(Message.LEADING_DASH);
    }
    Pattern pattern = rules.pattern();
    if (pattern != null && !pattern.matches(text)) {
      return FieldError.of(Message.WRONG_FORM);
    }
    return new Value.Text(text);
  }

  static Judgement secret(Field.Secret rules, String text) {
    FieldError wrong = length(text, rules.min(), rules.max());
    if (wrong != null) {
      return wrong;
    }
    // Which one it is must not be told of a secret.
    return TextRules.unprintable(text) >= 0
        ? new FieldError(Message.WRONG_CHARACTERS, "")
        : new Value.Secret(text);
  }

  private static @org.jspecify.annotations.Nullable FieldError length(
      String text, int min, int max) {
    int length = text.codePointCount(0, text.length());
    if (length > max) {
      return FieldError.of(Message.TOO_LONG, max);
    }
    return length < min ? FieldError.of(Message.TOO_SHORT, min) : null;
  }
}
