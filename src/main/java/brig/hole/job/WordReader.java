package brig.hole.job;

import brig.hole.wire.Names;
import brig.report.Problem;
import brig.spec.Located;
import org.jspecify.annotations.Nullable;

/** Reads {@code {NAME}} for a value, {@code {{NAME}}} for the same with single braces as it is. */
final class WordReader {
  private final Reading read;

  WordReader(Reading read) {
    this.read = read;
  }

  /** A word of a command or of the environment. */
  Located<Word> word(Located<String> text) {
    return new Located<>(parse(text), text.at());
  }

  private Word parse(Located<String> text) {
    String whole = text.value();
    if (whole.startsWith("{{") && whole.endsWith("}}")) {
      return new Word.Literal(whole.substring(1, whole.length() - 1));
    }
    Word value = whole.startsWith("{") && whole.endsWith("}") ? named(inner(whole)) : null;
    if (value != null) {
      return value;
    }
    int open = whole.indexOf('{');
    int close = whole.indexOf('}', open + 1);
    if (open >= 0 && close > 0 && named(whole.substring(open + 1, close)) != null) {
      read.mistakes.add(
          Problem.of(
                  "\""
                      + whole
                      + "\" would make "
                      + whole.substring(open, close + 1)
                      + " a part of a word, but a value is always one whole word")
              .remedy("Give it a word of its own: \"" + whole.substring(open, close + 1) + "\".")
              .at(text.at()));
    }
    return new Word.Literal(whole);
  }

  private static String inner(String whole) {
    return whole.substring(1, Math.max(1, whole.length() - 1));
  }

  private static @Nullable Word named(String name) {
    return switch (name) {
      case "session.user" -> new Word.SessionUser();
      case "language" -> new Word.Language();
      default -> Names.isField(name) ? new Word.OfField(name) : null;
    };
  }

  /** A word of an input: the bare name of a field, {@code session_user} or {@code language}. */
  static Word ofInput(String name) {
    return switch (name) {
      case "session_user" -> new Word.SessionUser();
      case "language" -> new Word.Language();
      default -> new Word.OfField(name);
    };
  }
}
