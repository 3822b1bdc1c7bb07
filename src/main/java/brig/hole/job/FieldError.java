package brig.hole.job;

/**
 * What is wrong with a value.
 *
 * @param argument what stands for {@code {}} in the message; may be empty
 */
public record FieldError(Message message, String argument) implements Judgement {
  /** One without an argument. */
  public static FieldError of(Message message) {
    return new FieldError(message, "");
  }

  static FieldError of(Message message, long argument) {
    return new FieldError(message, Long.toString(argument));
  }

  /** A sentence for the visitor. */
  public String in(Hole hole, String language) {
    return hole.message(message, language).replace("{}", argument);
  }
}
