package brig.report;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Something that went wrong, in four parts: what was being done and to which path, what the system
 * answered, what to do about it, and which line asked for it.
 *
 * @param message what was being done, to which path; begins in lower case, ends without a full stop
 * @param answer what the system said, such as {@code EPERM (Operation not permitted)}
 * @param remedy what the person can do; one or more sentences
 * @param position the line that is at fault
 */
public record Problem(
    String message, @Nullable String answer, @Nullable String remedy, @Nullable Position position) {

  public Problem {
    Objects.requireNonNull(message);
  }

  public static Problem of(String message) {
    return new Problem(message, null, null, null);
  }

  public Problem answered(String answer) {
    return new Problem(message, answer, remedy, position);
  }

  public Problem remedy(@Nullable String remedy) {
    return new Problem(message, answer, remedy, position);
  }

  public Problem at(@Nullable Position position) {
    return new Problem(message, answer, remedy, position);
  }

  /** One line for a person. Control characters are made visible: a path may hold any byte. */
  public String text() {
    StringBuilder text = new StringBuilder(message);
    if (answer != null) {
      text.append(": ").append(answer);
    }
    text.append('.');
    if (remedy != null) {
      text.append(' ').append(remedy);
    }
    if (position != null) {
      text.append(" (").append(position).append(')');
    }
    return Printable.text(text.toString());
  }
}
