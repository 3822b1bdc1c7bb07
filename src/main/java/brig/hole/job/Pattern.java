package brig.hole.job;

import com.google.re2j.PatternSyntaxException;

/**
 * A regular expression in the syntax of RE2, matched in time linear in the text: a visitor cannot
 * make it slow (docs/decisions/0012-patterns.md). Equal when the expressions are.
 */
public final class Pattern {
  private final com.google.re2j.Pattern compiled;

  private Pattern(com.google.re2j.Pattern compiled) {
    this.compiled = compiled;
  }

  /**
   * Compiles it.
   *
   * @throws IllegalArgumentException it is none; the message says why
   */
  public static Pattern of(String expression) {
    try {
      return new Pattern(com.google.re2j.Pattern.compile(expression));
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(e.getDescription(), e);
    }
  }

  /** Whether the whole text matches. */
  public boolean matches(String text) {
    return compiled.matches(text);
  }

  public String expression() {
    return compiled.pattern();
  }

  @Override
  public boolean equals(@org.jspecify.annotations.Nullable Object other) {
    return other instanceof Pattern that && expression().equals(that.expression());
  }

  @Override
  public int hashCode() {
    return expression().hashCode();
  }

  @Override
  public String toString() {
    return expression();
  }
}
