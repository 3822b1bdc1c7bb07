package brig.web.cgi;

import brig.linux.FileNames;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Percent-encoding (RFC 3986, 2.1), strictly: what it does not allow is not guessed. */
public final class UrlText {
  private UrlText() {}

  /**
   * What a part of a query stands for.
   *
   * @return null for a broken escape, a NUL, or a character that may not stand in an address
   */
  public static @Nullable String decode(String text) {
    return isPlain(text) ? text : bytes(text, false);
  }

  /**
   * The path of a file. Characters that are decoded already stay what they are.
   *
   * @return null for a broken escape, a NUL, or an encoded slash: no name has one
   */
  public static @Nullable String path(String text) {
    return bytes(text, true);
  }

  private static @Nullable String bytes(String text, boolean path) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '%') {
        boolean whole = at + 2 < text.length();
        int high = whole ? hex(text.charAt(at + 1)) : -1;
        int low = whole ? hex(text.charAt(at + 2)) : -1;
        int value = high << 4 | low;
        if (high < 0 || low < 0 || value == 0 || (path && value == '/')) {
          return null;
        }
        bytes.write(value);
        at += 3;
      } else if ((c > ' ' && c < 0x7F) || (path && c != 0)) {
        int next = at + Character.charCount(text.codePointAt(at));
        bytes.writeBytes(text.substring(at, next).getBytes(StandardCharsets.UTF_8));
        at = next;
      } else {
        return null;
      }
    }
    return FileNames.decode(bytes.toByteArray());
  }

  private static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '%' || c <= ' ' || c >= 0x7F) {
        return false;
      }
    }
    return true;
  }

  private static int hex(char c) {
    if (c >= '0' && c <= '9') {
      return c - '0';
    }
    int lower = c | 0x20;
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
  }
}
