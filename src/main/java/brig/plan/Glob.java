package brig.plan;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A pattern over absolute paths: {@code *} and {@code ?} stay within one name, {@code [a-z]} and
 * {@code [!a-z]} are one character, {@code **} as a whole name stands for any number of names, and
 * a backslash takes the next character as it is. As in a shell, {@code *} and {@code ?} do not
 * match a name's leading dot; an exclude pattern's do, for what is to be left out is better left
 * out.
 */
public final class Glob {
  private final String pattern;
  private final List<String> names;
  private final boolean dotsToo;

  private Glob(String pattern, boolean dotsToo) {
    this.pattern = pattern;
    this.names = split(pattern);
    this.dotsToo = dotsToo;
  }

  /** A pattern that selects files of the host. */
  public static Glob of(String pattern) {
    return new Glob(pattern, false);
  }

  /** A pattern that leaves out, leading dots included. */
  public static Glob excluding(String pattern) {
    return new Glob(pattern, true);
  }

  /** Whether a path has any sign of a pattern. */
  public static boolean isPattern(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '*' || c == '?' || c == '[' || c == '\\') {
        return true;
      }
    }
    return false;
  }

  private static List<String> split(String path) {
    List<String> names = new ArrayList<>();
    int from = 1;
    while (from <= path.length()) {
      int slash = path.indexOf('/', from);
      int to = slash < 0 ? path.length() : slash;
      if (to > from) {
        names.add(path.substring(from, to));
      }
      from = to + 1;
    }
    return names;
  }

  public boolean matches(String path) {
    return matches(0, split(path), 0);
  }

  private boolean matches(int at, List<String> path, int in) {
    if (at == names.size()) {
      return in == path.size();
    }
    if (names.get(at).equals("**")) {
      for (int skip = in; skip <= path.size(); skip++) {
        if (matches(at + 1, path, skip)) {
          return true;
        }
      }
      return false;
    }
    return in < path.size()
        && nameMatches(names.get(at), path.get(in))
        && matches(at + 1, path, in + 1);
  }

  /** The paths of the host that match, sorted; links are not resolved. */
  public List<String> expand(Host host) throws IOException {
    List<String> found = new ArrayList<>();
    expand(host, "", 0, found);
    return found;
  }

  private void expand(Host host, String directory, int at, List<String> found) throws IOException {
    if (at == names.size()) {
      if (!directory.isEmpty() && (found.isEmpty() || !found.getLast().equals(directory))) {
        found.add(directory);
      }
      return;
    }
    String name = names.get(at);
    if (name.equals("**")) {
      expandDeep(host, directory, at, found);
    } else if (!isPattern(name)) {
      String next = directory + "/" + name;
      if (at < names.size() - 1 || host.lstat(next) != null) {
        expand(host, next, at + 1, found);
      }
    } else {
      if (!isDirectory(host, directory)) {
        return;
      }
      for (String candidate : host.list(directory.isEmpty() ? "/" : directory)) {
        if (nameMatches(name, candidate)) {
          String next = directory + "/" + candidate;
          if (at == names.size() - 1 || isDirectory(host, next)) {
            expand(host, next, at + 1, found);
          }
        }
      }
    }
  }

  private void expandDeep(Host host, String directory, int at, List<String> found)
      throws IOException {
    expand(host, directory, at + 1, found);
    FileStat stat = host.lstat(directory.isEmpty() ? "/" : directory);
    if (stat == null || stat.type() != FileStat.Type.DIRECTORY) {
      return;
    }
    for (String name : host.list(directory.isEmpty() ? "/" : directory)) {
      FileStat below = host.lstat(directory + "/" + name);
      if (below == null || (name.startsWith(".") && !dotsToo)) {
        continue;
      }
      if (below.type() == FileStat.Type.DIRECTORY) {
        expandDeep(host, directory + "/" + name, at, found);
      } else if (at == names.size() - 1) {
        found.add(directory + "/" + name);
      }
    }
  }

  /** A directory, or a link to one. */
  private static boolean isDirectory(Host host, String path) throws IOException {
    String dotted = path.isEmpty() ? "/" : path + "/.";
    FileStat stat = host.lstat(dotted);
    return stat != null && stat.type() == FileStat.Type.DIRECTORY;
  }

  private boolean nameMatches(String pattern, String name) {
    if (!dotsToo && name.startsWith(".") && !pattern.startsWith(".")) {
      return false;
    }
    // The usual two-pointer match: on a mismatch, let the last star take one character more.
    int p = 0;
    int n = 0;
    int starPattern = -1;
    int starName = 0;
    while (n < name.length()) {
      int next = p < pattern.length() && pattern.charAt(p) != '*' ? step(pattern, p, name, n) : -1;
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        starPattern = ++p;
        starName = n;
      } else if (next >= 0) {
        p = next;
        n++;
      } else if (starPattern >= 0) {
        p = starPattern;
        n = ++starName;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }

  /** Where the pattern goes on after matching one character, or -1. */
  private static int step(String pattern, int p, String name, int n) {
    char c = name.charAt(n);
    return switch (pattern.charAt(p)) {
      case '?' -> p + 1;
      case '[' -> bracket(pattern, p, c);
      case '\\' -> p + 1 < pattern.length() && pattern.charAt(p + 1) == c ? p + 2 : -1;
      default -> pattern.charAt(p) == c ? p + 1 : -1;
    };
  }

  private static int bracket(String pattern, int p, char c) {
    int i = p + 1;
    boolean negated =
        i < pattern.length() && (pattern.charAt(i) == '!' || pattern.charAt(i) == '^');
    if (negated) {
      i++;
    }
    int first = i;
    boolean in = false;
    while (i < pattern.length() && (pattern.charAt(i) != ']' || i == first)) {
      char low = pattern.charAt(i);
      boolean range =
          i + 2 < pattern.length() && pattern.charAt(i + 1) == '-' && pattern.charAt(i + 2) != ']';
      char high = range ? pattern.charAt(i + 2) : low;
      in |= c >= low && c <= high;
      i += range ? 3 : 1;
    }
    if (i >= pattern.length()) {
      return c == '[' ? p + 1 : -1; // no closing bracket: the character itself
    }
    return in != negated ? i + 1 : -1;
  }

  @Override
  public String toString() {
    return pattern;
  }
}
