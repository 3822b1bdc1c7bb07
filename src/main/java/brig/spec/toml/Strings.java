package brig.spec.toml;

import brig.report.Problem;

/** The four kinds of strings (TOML 1.0, "String"). */
final class Strings {
  private final Source in;

  Strings(Source in) {
    this.in = in;
  }

  boolean isNext() {
    return in.peek() == '"' || in.peek() == '\'';
  }

  /** Any string, the opening quote being next. */
  String read() throws TomlSyntaxException {
    boolean basic = in.peek() == '"';
    if (in.startsWith(basic ? "\"\"\"" : "'''")) {
      return multiLine(basic);
    }
    return singleLine();
  }

  /** A string that ends on its line: what a quoted key is. */
  String singleLine() throws TomlSyntaxException {
    int start = in.offset();
    char quote = (char) in.peek();
    in.skip(1);
    StringBuilder value = new StringBuilder();
    while (!in.take(quote)) {
      int c = in.peek();
      if (c == Source.END || c == '\n' || c == '\r') {
        throw new TomlSyntaxException(
            Problem.of("the string that begins here does not end on its line")
                .remedy("Close it with " + quote + ".")
                .at(in.at(start)));
      }
      character(c, quote == '"', value);
    }
    return value.toString();
  }

  private String multiLine(boolean basic) throws TomlSyntaxException {
    int start = in.offset();
    char quote = (char) in.peek();
    String delimiter = basic ? "\"\"\"" : "'''";
    in.skip(3);
    newline();
    StringBuilder value = new StringBuilder();
    while (true) {
      int c = in.peek();
      if (c == Source.END) {
        in.rewind(start + 3);
        throw new TomlSyntaxException(
            Problem.of("the string that begins here never ends")
                .remedy("Close it with " + delimiter + ".")
                .at(in.at(start)),
            true);
      }
      if (in.startsWith(delimiter)) {
        in.skip(3);
        // Up to two quotes may stand right before the closing three.
        for (int i = 0; i < 2 && in.take(quote); i++) {
          value.append(quote);
        }
        return value.toString();
      }
      if (newline()) {
        value.append('\n');
      } else if (!(basic && c == '\\' && lineEndingBackslash())) {
        character(c, basic, value);
      }
    }
  }

  private boolean newline() {
    if (in.peek() == '\r' && in.peek(1) == '\n') {
      in.skip(2);
      return true;
    }
    return in.take('\n');
  }

  /** A backslash at the end of a line swallows all blanks up to the next character. */
  private boolean lineEndingBackslash() {
    int ahead = 1;
    while (in.peek(ahead) == ' ' || in.peek(ahead) == '\t' || in.peek(ahead) == '\r') {
      ahead++;
    }
    if (in.peek(ahead) != '\n') {
      return false;
    }
    in.skip(ahead);
    while (in.peek() == ' ' || in.peek() == '\t' || newline()) {
      if (in.peek() == ' ' || in.peek() == '\t') {
        in.skip(1);
      }
    }
    return true;
  }

  private void character(int c, boolean basic, StringBuilder value) throws TomlSyntaxException {
    if (basic && c == '\\') {
      escape(value);
      return;
    }
    if ((c < 0x20 && c != '\t') || c == 0x7F) {
      throw new TomlSyntaxException(
          Problem.of("a string must not hold " + in.shown())
              .remedy(basic ? "Write it as an escape such as \\u0007." : null)
              .at(in.here()));
    }
    value.append((char) c);
    in.skip(1);
  }

  private void escape(StringBuilder value) throws TomlSyntaxException {
    int start = in.offset();
    in.skip(1);
    int c = in.peek();
    switch (c) {
      case 'b' -> value.append('\b');
      case 't' -> value.append('\t');
      case 'n' -> value.append('\n');
      case 'f' -> value.append('\f');
      case 'r' -> value.append('\r');
      case '"' -> value.append('"');
      case '\\' -> value.append('\\');
      case 'u' -> value.appendCodePoint(codePoint(start, 4));
      case 'U' -> value.appendCodePoint(codePoint(start, 8));
      default ->
          throw new TomlSyntaxException(
              Problem.of("there is no escape \\ followed by " + in.shown())
                  .remedy("Write a backslash as \\\\, or put the string in single quotes.")
                  .at(in.at(start)));
    }
    in.skip(1);
  }

  /** Leaves the last digit as the next character. */
  private int codePoint(int start, int digits) throws TomlSyntaxException {
    long value = 0;
    for (int i = 0; i < digits; i++) {
      in.skip(1);
      int digit = in.peek() < 0x80 ? Character.digit(in.peek(), 16) : -1;
      if (digit < 0) {
        throw new TomlSyntaxException(
            Problem.of("the escape needs " + digits + " hexadecimal digits").at(in.at(start)));
      }
      value = value * 16 + digit;
    }
    if (value > Character.MAX_CODE_POINT || (value >= 0xD800 && value <= 0xDFFF)) {
      throw new TomlSyntaxException(
          Problem.of("the escape stands for no character").at(in.at(start)));
    }
    return (int) value;
  }
}
