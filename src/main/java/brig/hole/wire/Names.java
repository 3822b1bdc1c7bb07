package brig.hole.wire;

/** What names of jobs, fields and replies, tokens and wishes for a language are made of. */
public final class Names {
  /** The most characters of the name of a job, a field or a reply. */
  public static final int MAX_NAME = 40;

  private static final int MIN_TOKEN = 16;
  private static final int MAX_TOKEN = 128;
  private static final int MAX_LANGUAGE = 255;

  private Names() {}

  /** {@code [a-z][a-z0-9_-]{0,39}}. */
  public static boolean isJob(CharSequence text) {
    return isName(text, true);
  }

  /** {@code [a-z][a-z0-9_]{0,39}}. */
  public static boolean isField(CharSequence text) {
    return isName(text, false);
  }

  private static boolean isName(CharSequence text, boolean hyphen) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean inner = (c >= '0' && c <= '9') || c == '_' || (hyphen && c == '-');
      if (!(c >= 'a' && c <= 'z') && (i == 0 || !inner)) {
        return false;
      }
    }
    return !text.isEmpty() && text.length() <= MAX_NAME;
  }

  /** {@code [a-z0-9.]{1,40}} with something beside points: never a way out of a directory. */
  public static boolean isReply(CharSequence text) {
    boolean named = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
      if (!letter && (c != '.' || i == 0)) {
        return false;
      }
      named |= letter;
    }
    return named && text.length() <= MAX_NAME;
  }

  /** {@code [A-Za-z0-9_-]{16,128}}. */
  public static boolean isToken(CharSequence text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!isLetterOrDigit(c) && c != '_' && c != '-') {
        return false;
      }
    }
    return text.length() >= MIN_TOKEN && text.length() <= MAX_TOKEN;
  }

  /** What the header Accept-Language of HTTP may hold (RFC 9110, 12.5.4), or one tag of it. */
  public static boolean isLanguageWish(CharSequence text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!isLetterOrDigit(c) && ",;=.*- ".indexOf(c) < 0) {
        return false;
      }
    }
    return !text.isEmpty() && text.length() <= MAX_LANGUAGE;
  }

  private static boolean isLetterOrDigit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }
}
