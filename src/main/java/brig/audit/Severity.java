package brig.audit;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How bad a finding is. */
public enum Severity {
  /** Worth knowing; harmless by itself. */
  LOW,
  /** Makes the work of somebody who took the service over easier. */
  MEDIUM,
  /** A way out, a way to root, or something that is not what it is taken for. */
  HIGH;

  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Null for any other word. */
  public static @Nullable Severity of(String word) {
    for (Severity severity : values()) {
      if (severity.word().equals(word)) {
        return severity;
      }
    }
    return null;
  }
}
