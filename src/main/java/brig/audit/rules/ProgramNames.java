package brig.audit.rules;

import java.util.Set;

/** The names that programs of a kind go by, with versions and target machines taken off. */
final class ProgramNames {
  private final Set<String> names;

  ProgramNames(String... names) {
    this.names = Set.of(names);
  }

  /** {@code python3.11} is python, {@code x86_64-linux-gnu-gcc-12} is gcc. */
  boolean has(String file) {
    if (names.contains(file)) {
      return true;
    }
    int end = file.length();
    while (end > 0 && isVersion(file.charAt(end - 1))) {
      end--;
    }
    String plain = file.substring(0, end);
    if (names.contains(plain)) {
      return true;
    }
    int gnu = plain.lastIndexOf("-gnu-");
    int musl = plain.lastIndexOf("-musl-");
    int from = gnu >= 0 ? gnu + 5 : musl >= 0 ? musl + 6 : 0;
    return from > 0 && names.contains(plain.substring(from));
  }

  private static boolean isVersion(char c) {
    return (c >= '0' && c <= '9') || c == '.' || c == '-';
  }
}
