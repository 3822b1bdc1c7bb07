package brig.hole.job;

import java.util.Map;

/**
 * A text for visitors in the languages of its hole.
 *
 * @param byLanguage every language of the hole, or {@code ""} alone: the same in all
 */
public record Texts(Map<String, String> byLanguage) {
  public static final Texts NONE = new Texts(Map.of("", ""));

  public static Texts same(String text) {
    return new Texts(Map.of("", text));
  }

  /** The text in a language of the hole; empty when there is none. */
  public String in(String language) {
    String text = byLanguage.get(language);
    return text == null ? byLanguage.getOrDefault("", "") : text;
  }

  public boolean isEmpty() {
    return this.equals(NONE);
  }
}
