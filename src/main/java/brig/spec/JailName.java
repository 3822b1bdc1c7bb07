package brig.spec;

import brig.report.Problem;

/** What a jail may be called: its name becomes part of paths. */
public final class JailName {
  private static final int MAX_LENGTH = 63;

  private JailName() {}

  /** {@code [a-z0-9][a-z0-9_-]{0,62}}. */
  public static boolean isValid(String name) {
    if (name.isEmpty() || name.length() > MAX_LENGTH) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
      if (!letter && (i == 0 || (c != '_' && c != '-'))) {
        return false;
      }
    }
    return true;
  }

  /** What to say of a name that is not valid. */
  public static Problem problem(String name) {
    return Problem.of("\"" + name + "\" is no name for a jail")
        .remedy(
            "Use at most 63 of a-z, 0-9, '-' and '_', beginning with a letter or a digit;"
                + " the jailfile is called NAME.toml.");
  }
}
