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
          "unable to open",
          "cannot find",
          "can't find",
          "cannot load",
          "no such directory");
  private static final List<String> NO_CHROOT =
      List.of("cannot chroot", "can't chroot", "chroot failed", "failed to chroot");
  private static final List<String> UNWRITABLE = List.of("read-only file system", "(30:");

  private Clues() {}

  public static List<Clue> in(List<String> lines) {
    Set<Clue> clues = new LinkedHashSet<>();
    String before = "";
    for (String line : lines) {
      addFrom(line, before, clues);
      before = line;
    }
    return new ArrayList<>(clues);
  }

  private static void addFrom(String line, String before, Set<Clue> clues) {
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
    if (lower.contains("chroot") && (denied || containsAny(lower, NO_CHROOT))) {
      clues.add(new Clue.OwnChroot());
      return;
    }
    if (denied && (lower.contains("bind") || lower.contains("could not bind"))) {
      clues.add(new Clue.PortRefused());
      return;
    }
    // Some name the file on one line and what was wrong with it on the next.
    boolean nameless = paths(line).isEmpty() && !paths(before).isEmpty();
    addPaths(nameless ? before + " " + line : line, lower, denied, clues);
  }

  private static void addPaths(String line, String lower, boolean denied, Set<Clue> clues) {
    boolean absent = containsAny(lower, ABSENT);
    boolean unwritable = containsAny(lower, UNWRITABLE);
    if (!absent && !unwritable && !denied) {
      return;
    }
    for (String path : paths(line)) {
      if (unwritable) {
        clues.add(new Clue.Unwritable(path));
      } else if (absent) {
        clues.add(new Clue.File(path));
      }
    }
    if (denied) {
      clues.add(new Clue.Refused(refused(line)));
    }
  }

  /** The last path before the words: a line may begin with the place in the configuration. */
  private static @Nullable String refused(String line) {
    String lower = line.toLowerCase(Locale.ROOT);
    int at = Math.max(lower.indexOf("permission denied"), lower.indexOf("not permitted"));
    List<String> before = paths(at < 0 ? line : line.substring(0, at));
    List<String> all = before.isEmpty() ? paths(line) : before;
    return all.isEmpty() ? null : all.getLast();
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
