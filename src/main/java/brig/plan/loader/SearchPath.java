package brig.plan.loader;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Splits a DT_RPATH or DT_RUNPATH and puts in what $ORIGIN, $LIB and $PLATFORM stand for. */
final class SearchPath {
  /** What a token stands for: asked only where one is used. */
  interface Tokens {
    String origin() throws IOException;

    String lib() throws IOException;

    String platform() throws IOException;
  }

  /** One directory, and how it was written. */
  record Directory(String path, String written) {}

  private static final List<String> NAMES = List.of("ORIGIN", "LIB", "PLATFORM");

  private SearchPath() {}

  /** In glibc's way: fillin_rpath of elf/dl-load.c. */
  static List<Directory> split(String path, Tokens tokens) throws IOException {
    List<Directory> directories = new ArrayList<>();
    int from = 0;
    while (from <= path.length() && !path.isEmpty()) {
      int to = path.indexOf(':', from);
      to = to < 0 ? path.length() : to;
      String written = path.substring(from, to);
      String expanded = expand(written, tokens);
      if (!expanded.isEmpty() || written.isEmpty()) {
        directories.add(new Directory(absolute(expanded), written));
      }
      from = to + 1;
    }
    return directories;
  }

  /**
   * A relative directory counts from where the program is started, an empty one is that place: a
   * jailed service is started in the root.
   */
  private static String absolute(String path) {
    String full = path.startsWith("/") ? path : "/" + path;
    int end = full.length();
    while (end > 1 && full.charAt(end - 1) == '/') {
      end--;
    }
    return full.substring(0, end);
  }

  /** Puts in the tokens; a dollar sign before anything else stays. */
  static String expand(String text, Tokens tokens) throws IOException {
    int dollar = text.indexOf('$');
    if (dollar < 0) {
      return text;
    }
    StringBuilder out = new StringBuilder();
    int at = 0;
    while (dollar >= 0) {
      out.append(text, at, dollar);
      at = dollar;
      for (String name : NAMES) {
        int length = tokenLength(text, dollar, name);
        if (length > 0) {
          out.append(
              switch (name) {
                case "ORIGIN" -> tokens.origin();
                case "LIB" -> tokens.lib();
                default -> tokens.platform();
              });
          at = dollar + length;
          break;
        }
      }
      if (at == dollar) {
        out.append('$');
        at++;
      }
      dollar = text.indexOf('$', at);
    }
    return out.append(text, at, text.length()).toString();
  }

  /** The length of {@code $NAME} or <code>${NAME}</code> at a place; 0 where it is not there. */
  private static int tokenLength(String text, int dollar, String name) {
    if (text.startsWith("{" + name + "}", dollar + 1)) {
      return name.length() + 3;
    }
    // elf/dl-load.c, is_dst: $LIBX is no token.
    int end = dollar + 1 + name.length();
    boolean longer = end < text.length() && isNamePart(text.charAt(end));
    return text.startsWith(name, dollar + 1) && !longer ? name.length() + 1 : 0;
  }

  private static boolean isNamePart(char c) {
    return c == '_' || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  }
}
