package brig.hole.wire;

import org.jspecify.annotations.Nullable;

/** How a client wants a job described. */
public enum Description {
  /** The form, as HTML that a page can hold. */
  HTML("html"),
  /** The same, after the values were checked: the errors stand beside their fields. */
  HTML_CHECKED("html checked"),
  /** The job's title and fields as JSON. */
  JSON("json"),
  /** The same, after the values were checked. */
  JSON_CHECKED("json checked");

  private final String word;

  Description(String word) {
    this.word = word;
  }

  /** The payload of {@code D}. */
  public String word() {
    return word;
  }

  public boolean isChecked() {
    return this == HTML_CHECKED || this == JSON_CHECKED;
  }

  public boolean isHtml() {
    return this == HTML || this == HTML_CHECKED;
  }

  /** Null: the word means nothing. */
  public static @Nullable Description of(String word) {
    for (Description description : values()) {
      if (description.word.equals(word)) {
        return description;
      }
    }
    return null;
  }
}
