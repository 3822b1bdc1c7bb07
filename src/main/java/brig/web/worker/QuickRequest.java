package brig.web.worker;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request that can be told to be harmless at a glance: GET of a plainly written path, HTTP/1.1,
 * one Host, every line ended by CRLF, and no header but those that have no bearing on a whole file.
 * Anything else, however slightly it differs, is left to the engine's own parser.
 */
final class QuickRequest {
  /** What browsers send with every request, and does not change what a static file is. */
  private static final Set<String> HARMLESS =
      Set.of(
          "accept",
          "accept-language",
          "accept-encoding",
          "cookie",
          "cache-control",
          "pragma",
          "dnt",
          "upgrade-insecure-requests",
          "priority",
          "save-data",
          "sec-fetch-site",
          "sec-fetch-mode",
          "sec-fetch-user",
          "sec-fetch-dest",
          "sec-ch-ua",
          "sec-ch-ua-mobile",
          "sec-ch-ua-platform",
          "sec-gpc");

  private static final byte[] BEGIN = "GET /".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] VERSION = " HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII);

  private final String path;
  private final String host;
  private final @Nullable String referer;
  private final @Nullable String agent;
  private final boolean last;
  private final int length;

  private QuickRequest(
      String path,
      String host,
      @Nullable String referer,
      @Nullable String agent,
      boolean last,
      int length) {
    this.path = path;
    this.host = host;
    this.referer = referer;
    this.agent = agent;
    this.last = last;
    this.length = length;
  }

  String path() {
    return path;
  }

  String host() {
    return host;
  }

  @Nullable String referer() {
    return referer;
  }

  @Nullable String agent() {
    return agent;
  }

  /** Whether the client wants the connection closed after it. */
  boolean isLast() {
    return last;
  }

  /** How many bytes it is. */
  int length() {
    return length;
  }

  /** Whether a path needs no second look. */
  static boolean isPlain(String path) {
    if (path.isEmpty() || path.charAt(0) != '/') {
      return false;
    }
    for (int i = 1; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c > 0x7E || !plain((byte) c, (byte) path.charAt(i - 1))) {
        return false;
      }
    }
    return true;
  }

  /** Letters, digits, - and _; a dot or a slash, but not after a slash. */
  private static boolean plain(byte c, byte before) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '_'
        || ((c == '.' || c == '/') && before != '/');
  }

  /** The request at a place; null when it is no such one, or not there whole. */
  static @Nullable QuickRequest parse(byte[] bytes, int from, int to) {
    if (to - from < 32 || !matches(bytes, from, BEGIN)) {
      return null;
    }
    int at = from + BEGIN.length;
    while (at < to && bytes[at] != ' ') {
      if (!plain(bytes[at], bytes[at - 1])) {
        return null;
      }
      at++;
    }
    int pathEnd = at;
    if (at + VERSION.length > to || !matches(bytes, at, VERSION)) {
      return null;
    }
    at += VERSION.length;
    String host = null;
    String referer = null;
    String agent = null;
    boolean last = false;
    while (true) {
      if (at + 1 >= to) {
        return null;
      }
      if (bytes[at] == '\r') {
        if (bytes[at + 1] != '\n' || host == null) {
          return null;
        }
        String path = text(bytes, from + 4, pathEnd);
        return new QuickRequest(path, host, referer, agent, last, at + 2 - from);
      }
      int colon = colon(bytes, at, to);
      int end = colon < 0 ? -1 : endOfLine(bytes, colon, to);
      if (end < 0) {
        return null;
      }
      int value = colon + 1;
      while (value < end && bytes[value] == ' ') {
        value++;
      }
      switch (colon - at) {
        case 4 -> {
          if (host != null || !isName(bytes, at, "host") || value == end) {
            return null;
          }
          host = text(bytes, value, end);
        }
        case 10 -> {
          if (isName(bytes, at, "user-agent")) {
            agent = text(bytes, value, end);
          } else if (!isName(bytes, at, "connection")) {
            return null;
          } else if (isName(bytes, value, end, "close")) {
            last = true;
          } else if (!isName(bytes, value, end, "keep-alive")) {
            return null;
          }
        }
        case 7 -> {
          if (!isName(bytes, at, "referer")) {
            return null;
          }
          referer = text(bytes, value, end);
        }
        default -> {
          if (!HARMLESS.contains(text(bytes, at, colon).toLowerCase(Locale.ROOT))) {
            return null;
          }
        }
      }
      at = end + 2;
    }
  }

  private static String text(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
  }

  private static boolean matches(byte[] bytes, int at, byte[] wanted) {
    for (int i = 0; i < wanted.length; i++) {
      if (bytes[at + i] != wanted[i]) {
        return false;
      }
    }
    return true;
  }

  /** Of a name of letters and hyphens; -1 when it has anything else. */
  private static int colon(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      byte c = bytes[i];
      if (c == ':') {
        return i > from ? i : -1;
      }
      int lower = c | 0x20;
      if ((lower < 'a' || lower > 'z') && c != '-') {
        return -1;
      }
    }
    return -1;
  }

  /** Where CRLF is; -1 when a byte comes before it that is not visible ASCII, or it does not. */
  private static int endOfLine(byte[] bytes, int from, int to) {
    for (int i = from; i + 1 < to; i++) {
      byte c = bytes[i];
      if (c < ' ' || c == 0x7F) {
        return c == '\r' && bytes[i + 1] == '\n' ? i : -1;
      }
    }
    return -1;
  }

  private static boolean isName(byte[] bytes, int at, String lower) {
    for (int i = 0; i < lower.length(); i++) {
      byte c = bytes[at + i];
      if ((c >= 'A' && c <= 'Z' ? c + 32 : c) != lower.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isName(byte[] bytes, int from, int to, String lower) {
    return to - from == lower.length() && isName(bytes, from, lower);
  }
}
