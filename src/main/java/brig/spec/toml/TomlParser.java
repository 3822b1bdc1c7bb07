package brig.spec.toml;

import brig.report.Position;
import brig.report.Problem;
import brig.spec.toml.TomlTable.Origin;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * TOML 1.0, https://toml.io/en/v1.0.0. A mistake ends its expression only: the rest of the file is
 * read from the next line that begins a key, a table or a comment, so that all mistakes are found.
 */
final class TomlParser {
  /** Arrays in arrays; the limit keeps a hostile file from exhausting the stack. */
  static final int MAX_DEPTH = 40;

  /** More are of no use to a person. */
  static final int MAX_PROBLEMS = 100;

  private final Source in;
  private final Strings strings;
  private final TomlTable root;
  private final List<Problem> problems = new ArrayList<>();

  /** Where keys go; null below a header that could not be read. */
  private @Nullable TomlTable current;

  /** Where the key of the expression in hand would go, should its value be wrong. */
  private @Nullable Runnable markBroken;

  /** How many arrays the expression in hand has begun and not ended. */
  private int openArrays;

  TomlParser(String file, byte[] content) {
    in = new Source(file, content);
    strings = new Strings(in);
    root = new TomlTable(new Position(file, 1, 1), Origin.HEADER);
    current = root;
  }

  TomlDocument parse() {
    while (in.peek() != Source.END && problems.size() < MAX_PROBLEMS) {
      int start = in.offset();
      try {
        expression();
      } catch (TomlSyntaxException e) {
        problems.add(e.problem());
        if (markBroken != null) {
          markBroken.run();
        }
        skipToNextExpression(start, openArrays > 0 || e.overLines());
      }
      openArrays = 0;
      markBroken = null;
    }
    Problem ofSource = in.problem();
    if (ofSource != null) {
      problems.add(ofSource);
    }
    return new TomlDocument(root, problems);
  }

  private void expression() throws TomlSyntaxException {
    blanks();
    int c = in.peek();
    if (c == '[') {
      header();
    } else if (c != '#' && c != '\n' && c != '\r' && c != Source.END) {
      TomlTable table = current;
      keyValue(table == null ? new TomlTable(in.here(), Origin.HEADER) : table, 0);
    }
    endOfLine();
  }

  private void header() throws TomlSyntaxException {
    // Until the header is understood, what follows belongs nowhere.
    current = null;
    boolean ofArray = in.startsWith("[[");
    in.skip(ofArray ? 2 : 1);
    List<TomlKey> keys = dottedKey();
    expect(']', "to end the table's name");
    if (ofArray && !in.take(']')) {
      throw new TomlSyntaxException(
          Problem.of("expected ']]' to end the table's name, found " + in.shown() + " after ']'")
              .at(in.here()));
    }
    TomlTable table = root;
    for (TomlKey key : keys.subList(0, keys.size() - 1)) {
      table = key.step(table);
    }
    TomlKey last = keys.getLast();
    current = ofArray ? last.appendTo(table) : last.define(table);
  }

  private void keyValue(TomlTable into, int depth) throws TomlSyntaxException {
    List<TomlKey> keys = dottedKey();
    Runnable outer = markBroken;
    TomlTable table = into;
    for (TomlKey key : keys.subList(0, keys.size() - 1)) {
      table = key.dotted(table);
    }
    TomlKey last = keys.getLast();
    last.requireFree(table);
    TomlTable owner = table;
    if (outer == null) {
      markBroken = () -> owner.put(last.name(), last.at(), new TomlValue.Broken(last.at()));
    }
    expect('=', "after the key '" + last.name() + "'");
    blanks();
    owner.put(last.name(), last.at(), value(depth));
  }

  private List<TomlKey> dottedKey() throws TomlSyntaxException {
    List<TomlKey> keys = new ArrayList<>(2);
    do {
      blanks();
      keys.add(simpleKey());
      blanks();
    } while (in.take('.'));
    if (keys.size() > MAX_DEPTH) {
      throw tooDeep(keys.getFirst().at());
    }
    return keys;
  }

  private TomlKey simpleKey() throws TomlSyntaxException {
    Position at = in.here();
    if (strings.isNext()) {
      return new TomlKey(strings.singleLine(), at);
    }
    int start = in.offset();
    while (isBare(in.peek())) {
      in.skip(1);
    }
    if (in.offset() == start) {
      throw new TomlSyntaxException(
          Problem.of("expected a key, found " + in.shown())
              .remedy(in.peek() == '/' ? "Put a key that is not plain letters in quotes." : null)
              .at(at));
    }
    return new TomlKey(in.since(start), at);
  }

  private static boolean isBare(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '_'
        || c == '-';
  }

  private TomlValue value(int depth) throws TomlSyntaxException {
    Position at = in.here();
    if (depth > MAX_DEPTH) {
      throw tooDeep(at);
    }
    return switch (in.peek()) {
      case '"', '\'' -> new TomlValue.Text(strings.read(), at);
      case '[' -> array(at, depth);
      case '{' -> inlineTable(at, depth);
      default -> Scalars.read(in);
    };
  }

  private static TomlSyntaxException tooDeep(Position at) {
    return new TomlSyntaxException(
        Problem.of("nested more than " + MAX_DEPTH + " levels deep").at(at));
  }

  private TomlValue array(Position at, int depth) throws TomlSyntaxException {
    in.skip(1);
    openArrays++;
    List<TomlValue> values = new ArrayList<>();
    blankLines();
    while (!in.take(']')) {
      values.add(value(depth + 1));
      blankLines();
      if (!in.take(',') && in.peek() != ']') {
        throw notEnded("array", "]", at);
      }
      blankLines();
    }
    openArrays--;
    return new TomlValue.Sequence(values, false, at);
  }

  private TomlSyntaxException notEnded(String what, String close, Position begun) {
    return new TomlSyntaxException(
        Problem.of("expected ',' or '" + close + "', found " + in.shown())
            .remedy("The " + what + " begins at line " + begun.line() + ".")
            .at(in.here()),
        in.peek() == '\n' || in.peek() == '\r');
  }

  private TomlValue inlineTable(Position at, int depth) throws TomlSyntaxException {
    in.skip(1);
    TomlTable table = new TomlTable(at, Origin.INLINE);
    blanks();
    if (in.take('}')) {
      return table;
    }
    while (true) {
      keyValue(table, depth + 1);
      blanks();
      if (in.take('}')) {
        return table;
      }
      if (!in.take(',')) {
        throw notEnded("table", "}", at);
      }
      blanks();
      if (in.peek() == '}' || in.peek() == '\n' || in.peek() == '\r') {
        throw new TomlSyntaxException(
            Problem.of("expected a key after ',', found " + in.shown())
                .remedy("A table in braces stands on one line and ends without a comma.")
                .at(in.here()),
            true);
      }
    }
  }

  private void expect(char expected, String why) throws TomlSyntaxException {
    blanks();
    if (!in.take(expected)) {
      throw new TomlSyntaxException(
          Problem.of("expected '" + expected + "' " + why + ", found " + in.shown()).at(in.here()));
    }
  }

  private void blanks() {
    while (in.peek() == ' ' || in.peek() == '\t') {
      in.skip(1);
    }
  }

  private void blankLines() throws TomlSyntaxException {
    while (true) {
      blanks();
      comment();
      if (in.peek() == '\r' && in.peek(1) == '\n') {
        in.skip(2);
      } else if (!in.take('\n')) {
        return;
      }
    }
  }

  private void comment() throws TomlSyntaxException {
    if (in.peek() != '#') {
      return;
    }
    while (in.peek() != Source.END && in.peek() != '\n') {
      int c = in.peek();
      boolean lineEnd = c == '\r' && in.peek(1) == '\n';
      if (((c < 0x20 && c != '\t') || c == 0x7F) && !lineEnd) {
        throw new TomlSyntaxException(
            Problem.of("a comment must not hold " + in.shown()).at(in.here()));
      }
      if (lineEnd) {
        return;
      }
      in.skip(1);
    }
  }

  private void endOfLine() throws TomlSyntaxException {
    blanks();
    comment();
    if (in.peek() == '\r' && in.peek(1) == '\n') {
      in.skip(1);
    }
    if (in.peek() != Source.END && !in.take('\n')) {
      throw new TomlSyntaxException(
          Problem.of("expected the end of the line, found " + in.shown()).at(in.here()));
    }
  }

  private void skipToNextExpression(int start, boolean overLines) {
    // An array that was never closed is noticed where the next key stands: that line is good.
    int lineStart = in.lineStart();
    if (lineStart > start) {
      in.rewind(lineStart);
      if (beginsExpression()) {
        return;
      }
    }
    do {
      skipLine();
    } while (overLines && in.peek() != Source.END && !beginsExpression());
  }

  private void skipLine() {
    while (in.peek() != Source.END && !in.take('\n')) {
      in.skip(1);
    }
  }

  /** Whether the line looks like a key with its value, a header, or is empty. */
  private boolean beginsExpression() {
    int ahead = 0;
    while (in.peek(ahead) == ' ' || in.peek(ahead) == '\t') {
      ahead++;
    }
    int c = in.peek(ahead);
    if (c == '\n' || c == '\r' || c == '#') {
      return true;
    }
    if (c == '[') {
      ahead += in.peek(ahead + 1) == '[' ? 2 : 1;
      int start = ahead;
      while (isBare(in.peek(ahead)) || in.peek(ahead) == '.') {
        ahead++;
      }
      return ahead > start && in.peek(ahead) == ']';
    }
    if (c == '"' || c == '\'') {
      ahead++;
      while (in.peek(ahead) != c && in.peek(ahead) != '\n' && in.peek(ahead) != Source.END) {
        ahead++;
      }
      ahead++;
    } else {
      while (isBare(in.peek(ahead)) || in.peek(ahead) == '.') {
        ahead++;
      }
    }
    while (in.peek(ahead) == ' ' || in.peek(ahead) == '\t') {
      ahead++;
    }
    return in.peek(ahead) == '=';
  }
}
