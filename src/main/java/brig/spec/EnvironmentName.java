package brig.spec;

/** The name of an environment variable: environ(7), POSIX.1-2017, 8.1. */
public final class EnvironmentName {
  private EnvironmentName() {}

  /** Letters, digits and underlines of ASCII, no digit first. */
  public static boolean isValid(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
      if (!letter && (i == 0 || c < '0' || c > '9')) {
        return false;
      }
    }
    return !text.isEmpty();
  }
}
