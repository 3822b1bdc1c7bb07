package brig.audit.rules;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Lines of passwd(5) and shadow(5), as far as they can be read. */
final class Passwd {
  private static final Set<String> NO_SHELLS =
      Set.of("false", "nologin", "sync", "shutdown", "halt", "true");

  private Passwd() {}

  /** One account; a password field of {@code x} refers to the shadow file. */
  record Account(String name, String password, long uid, String shell) {
    boolean hasShell() {
      return !NO_SHELLS.contains(shell.substring(shell.lastIndexOf('/') + 1));
    }
  }

  static List<Account> accounts(byte @Nullable [] passwd) {
    List<Account> accounts = new ArrayList<>();
    for (String[] fields : lines(passwd)) {
      if (fields.length >= 7) {
        try {
          accounts.add(new Account(fields[0], fields[1], Long.parseLong(fields[2]), fields[6]));
        } catch (NumberFormatException e) {
          // getpwent(3) passes over such a line as well.
        }
      }
    }
    return accounts;
  }

  /** Name and password field of each line of a shadow file. */
  static List<String[]> shadow(byte @Nullable [] shadow) {
    List<String[]> pairs = new ArrayList<>();
    for (String[] fields : lines(shadow)) {
      if (fields.length >= 2) {
        pairs.add(new String[] {fields[0], fields[1]});
      }
    }
    return pairs;
  }

  private static List<String[]> lines(byte @Nullable [] file) {
    List<String[]> lines = new ArrayList<>();
    if (file != null) {
      for (String line : new String(file, StandardCharsets.ISO_8859_1).split("\n", -1)) {
        if (!line.isEmpty() && line.charAt(0) != '#') {
          lines.add(line.split(":", -1));
        }
      }
    }
    return lines;
  }
}
