package brig.report;

/** Text from outside (paths, a program's output) made safe for a terminal and for one line. */
public final class Printable {
  private Printable() {}

  /** The text with every control, bidirectional and unpaired surrogate character as an escape. */
  public static String text(String text) {
    int i = 0;
    while (i < text.length() && isPlain(text.charAt(i))) {
      i++;
    }
    if (i == text.length()) {
      return text;
    }
    StringBuilder safe = new StringBuilder(text.length() + 16).append(text, 0, i);
    while (i < text.length()) {
      int c = text.codePointAt(i);
      if (isPlain(c)) {
        safe.appendCodePoint(c);
      } else {
        escape(safe, c);
      }
      i += Character.charCount(c);
    }
    return safe.toString();
  }

  private static void escape(StringBuilder safe, int c) {
    switch (c) {
      case '\n' -> safe.append("\\n");
      case '\t' -> safe.append("\\t");
      case '\r' -> safe.append("\\r");
      default -> {
        // U+DC80..U+DCFF stands for one undecodable byte of a file name (brig.linux.FileNames).
        boolean rawByte = c >= 0xDC80 && c <= 0xDCFF;
        safe.append(c < 0x80 || rawByte ? "\\x" : "\\u");
        String hex = Integer.toHexString(rawByte ? c - 0xDC00 : c);
        safe.repeat('0', Math.max(0, (c < 0x80 || rawByte ? 2 : 4) - hex.length())).append(hex);
      }
    }
  }

  private static boolean isPlain(int c) {
    if (c < 0x7F) {
      return c >= 0x20;
    }
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }
}
