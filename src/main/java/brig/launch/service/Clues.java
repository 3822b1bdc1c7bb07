package brig.launch.service;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the last words of a service as a person would who knows how daemons complain. Nothing is
 * believed: what is found here is compared with the host and the jail before it is told.
 */
public final class Clues {
  private static final String LIBRARY = "error while loading shared libraries: ";
  private static final List<String> USER_WORDS =
      List.of(
          "bad user name ", "getpwnam(\"", "unknown user ", "can't find user ", "no such user ");
  private static final List<String> GROUP_WORDS =
      List.of("bad group name ", "getgrnam(\"", "unknown group ", "can't find group ");
  private static final List<String> ABSENT =
      List.of(
          "no such file",
          "not found",
          "does not exist",
          "cannot open",
          "can't open",
          "could not open",
          "cannot load",
          "no such directory");
  private static final List<String> UNWRITABLE = List.of("read-only file system", "(30:");

  private Clues() {}

  public static List<Clue> in(List<String> lines) {
    Set<Clue> clues = new LinkedHashSet<>();
    for (String line : lines) {
      addFrom(line, clues);
    }
    return new ArrayList<>(clues);
  }

  private static void addFrom(String line, Set<Clue> clues) {
    String lower = line.toLowerCase(Locale.ROOT);
    String library = wordAfter(line, LIBRARY);
    if (library != null) {
      clues.add(new Clue.Library(library));
      return;
    }
    String user = nameAfter(line, lower, USER_WORDS);
    if (user != null) {
      clues.add(new Clue.User(user));
    }
    String group = nameAfter(line, lower, GROUP_WORDS);
    if (group != null) {
      clues.add(new Clue.Group(group));
    }
    if (lower.contains("address already in use")) {
      clues.add(new Clue.PortTaken());
      return;
    }
    boolean denied =
        lower.contains("permission denied") || lower.contains("operation not permitted");
    if (denied && (lower.contains("bind") || lower.contains("could not bind"))) {
      clues.add(new Clue.PortRefused());
      return;
    }
    addPaths(line, lower, denied, clues);
  }

  private static void addPaths(String line, String lower, boolean denied, Set<Clue> clues) {
    boolean absent = containsAny(lower, ABSENT);
    boolean unwritable = containsAny(lower, UNWRITABLE);
    if (!absent && !unwritable && !denied) {
      return;
    }
    String first = null;
    for (String path : paths(line)) {
      first = first == null ? path : first;
      if (unwritable) {
        clues.add(new Clue.Unwritable(path));
      } else if (absent) {
        clues.add(new Clue.File(path));
      }
    }
    if (denied) {
      clues.add(new Clue.Refused(first));
    }
  }

  private static boolean containsAny(String text, List<String> parts) {
    for (String part : parts) {
      if (text.contains(part)) {
        return true;
      }
    }
    return false;
  }

  /** Absolute paths in a line: from a slash that begins a word to where a path surely ends. */
  static List<String> paths(String line) {
    List<String> paths = new ArrayList<>();
    for (int i = 0; i < line.length(); i++) {
      if (line.charAt(i) == '/' && (i == 0 || !isPathPart(line.charAt(i - 1)))) {
        int end = i;
        while (end < line.length() && isPathPart(line.charAt(end))) {
          end++;
        }
        // A colon or a full stop that ends a clause is not the path's.
        while (end > i && ":.,".indexOf(line.charAt(end - 1)) >= 0) {
          end--;
        }
        String path = line.substring(i, end);
        int lineNumber = path.indexOf(':'); // nginx: /etc/nginx/nginx.conf:12
        path = lineNumber > 0 ? path.substring(0, lineNumber) : path;
        if (path.length() > 1) {
          paths.add(path);
        }
        i = end;
      }
    }
    return paths;
  }

  private static boolean isPathPart(char c) {
    return c > ' ' && "\"'`()[]{}<>;,|=".indexOf(c) < 0;
  }

  private static @Nullable String nameAfter(String line, String lower, List<String> beginnings) {
    for (String beginning : beginnings) {
      int at = lower.indexOf(beginning);
      if (at >= 0) {
        String name = word(line, at + beginning.length());
        if (!name.isEmpty()) {
          return name;
        }
      }
    }
    return null;
  }

  private static @Nullable String wordAfter(String line, String beginning) {
    int at = line.indexOf(beginning);
    if (at < 0) {
      return null;
    }
    int start = at + beginning.length();
    int end = line.indexOf(": ", start);
    return line.substring(start, end < 0 ? line.length() : end).strip();
  }

  private static String word(String line, int from) {
    int start = from;
    while (start < line.length() && "\"'` :".indexOf(line.charAt(start)) >= 0) {
      start++;
    }
    int end = start;
    while (end < line.length()
        && (Character.isLetterOrDigit(line.charAt(end)) || "_-.".indexOf(line.charAt(end)) >= 0)) {
      end++;
    }
    return line.substring(start, end);
  }
}
