package brig.export;

import java.util.List;

/** How systemd reads what stands in a unit. */
final class UnitWords {
  private UnitWords() {}

  /** One word as systemd.syntax(7) reads it, in quotes where it must be. */
  static String word(String plain) {
    String safe = escaped(plain);
    boolean bare = !safe.isEmpty();
    for (int i = 0; i < safe.length(); i++) {
      bare &= safe.charAt(i) > ' ' && "\"'\\;".indexOf(safe.charAt(i)) < 0;
    }
    if (bare) {
      return safe;
    }
    return '"' + safe.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
  }

  /** A percent sign begins a specifier, systemd.unit(5). */
  static String escaped(String plain) {
    return plain.replace("%", "%%");
  }

  /** A place outside and where it stands inside, as BindPaths= wants them. */
  static String pair(String outside, String inside) {
    return word(outside.replace(":", "\\:") + ":" + inside.replace(":", "\\:"));
  }

  /** A word of a command line, where a dollar begins a variable: systemd.service(5). */
  static String command(String plain) {
    return word(plain.replace("$", "$$"));
  }

  /** Where Brig's files are, when they are not where they usually are. */
  static void home(String home, List<String> lines) {
    if (!home.isEmpty()) {
      lines.add("Environment=" + word("BRIG_HOME=" + home));
    }
  }
}
