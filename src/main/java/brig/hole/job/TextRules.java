package brig.hole.job;

/** Which characters a value may hold. */
final class TextRules {
  private TextRules() {}

  /** The first code point that cannot be printed; -1: all can. */
  static int unprintable(String text) {
    return firstOutside(text, Field.Characters.PRINTABLE, false);
  }

  /** The first code point that is none of those; -1: all are. */
  static int firstOutside(String text, Field.Characters characters, boolean lines) {
    int i = 0;
    while (i < text.length()) {
      int c = text.codePointAt(i);
      if (!(lines && c == '\n') && !isOf(c, characters)) {
        return c;
      }
      i += Character.charCount(c);
    }
    return -1;
  }

  private static boolean isOf(int c, Field.Characters characters) {
    boolean letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    boolean digit = c >= '0' && c <= '9';
    return switch (characters) {
      case ASCII -> c >= 0x20 && c <= 0x7E;
      case LETTERS -> letter;
      case DIGITS -> digit;
      case IDENTIFIER -> letter || digit || c == '.' || c == '-' || c == '_';
      case PRINTABLE -> isPrintable(c);
    };
  }

  /** Bidirectional controls and zero-width joiners are format characters. */
  private static boolean isPrintable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }

  /** The character itself if it can be shown, with its number. */
  static String shown(int c) {
    StringBuilder text = new StringBuilder();
    if (isPrintable(c) && c != ' ') {
      text.appendCodePoint(c).append(' ');
    }
    String hex = Integer.toHexString(c).toUpperCase(java.util.Locale.ROOT);
    return text.append("U+").repeat('0', Math.max(0, 4 - hex.length())).append(hex).toString();
  }
}
