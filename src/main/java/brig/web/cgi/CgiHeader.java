package brig.web.cgi;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the header of a program's answer, as the bytes come. Strict: a program that is led to print
 * what a visitor sent must not thereby write headers, a second answer, or the framing of this one.
 *
 * <p>Lines end in LF or CRLF (RFC 3875, 6.3.3 leaves it to the system). What CGI says itself
 * (Status, Location, Content-Type, Content-Length) comes once.
 */
public final class CgiHeader {
  /** The longest header in bytes. */
  public static final int MOST = 64 * 1024;

  private static final int MOST_FIELDS = 200;

  /** Between two hosts (RFC 9110, 7.6.1), or the framing that is this server's to make. */
  private static final Set<String> DROPPED =
      Set.of(
          "connection",
          "keep-alive",
          "proxy-connection",
          "proxy-authenticate",
          "proxy-authentication-info",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "content-length",
          "status");

  private final boolean wholeResponse;
  private byte[] line = new byte[256];
  private int length;
  private int total;
  private boolean first = true;
  private int statusLine;
  private final List<Header> fields = new ArrayList<>();
  private @Nullable String status;
  private @Nullable String location;
  private @Nullable String type;
  private @Nullable String contentLength;

  /**
   * @param wholeResponse a program of the non-parsed kind: it begins with a status line of HTTP
   */
  public CgiHeader(boolean wholeResponse) {
    this.wholeResponse = wholeResponse;
  }

  /**
   * Takes what it needs of the bytes.
   *
   * @return the answer once its header has ended: what is left are bytes of the body; else null
   */
  public @Nullable CgiAnswer read(ByteBuffer bytes) throws CgiFault {
    while (bytes.hasRemaining()) {
      byte b = bytes.get();
      if (++total > MOST) {
        throw new CgiFault("its header is longer than " + MOST + " bytes");
      }
      if (b != '\n') {
        append(b);
        continue;
      }
      if (length > 0 && line[length - 1] == '\r') {
        length--;
      }
      if (length == 0) {
        return answer();
      }
      line(new String(line, 0, length, StandardCharsets.ISO_8859_1));
      length = 0;
    }
    return null;
  }

  /** Whether it has said anything yet. */
  public boolean isEmpty() {
    return total == 0;
  }

  private void append(byte b) {
    if (length == line.length) {
      line = Arrays.copyOf(line, 2 * length);
    }
    line[length++] = b;
  }

  private void line(String text) throws CgiFault {
    if (first && wholeResponse) {
      first = false;
      statusLine = statusLine(text);
      return;
    }
    first = false;
    int colon = text.indexOf(':');
    if (colon <= 0 || !isToken(text, colon)) {
      throw new CgiFault("a line of its header is not 'Name: value'");
    }
    String value = trimmed(text, colon + 1);
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if ((c < ' ' && c != '\t') || c == 0x7F) {
        throw new CgiFault("a control character in the header " + text.substring(0, colon));
      }
    }
    field(text.substring(0, colon), value);
  }

  /** Without the blanks around it: spaces and tabs, nothing else (RFC 9110, 5.6.3). */
  private static String trimmed(String text, int from) {
    int start = from;
    int end = text.length();
    while (start < end && isBlank(text.charAt(start))) {
      start++;
    }
    while (end > start && isBlank(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(start, end);
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }

  private void field(String name, String value) throws CgiFault {
    String lower = name.toLowerCase(Locale.ROOT);
    switch (lower) {
      case "status" -> status = once(name, status, value);
      case "location" -> location = once(name, location, value);
      case "content-type" -> type = once(name, type, value);
      case "content-length" -> contentLength = once(name, contentLength, value);
      default -> {}
    }
    if (!DROPPED.contains(lower)) {
      if (fields.size() == MOST_FIELDS) {
        throw new CgiFault("its header has more than " + MOST_FIELDS + " fields");
      }
      fields.add(new Header(name, value));
    }
  }

  private static String once(String name, @Nullable String before, String value) throws CgiFault {
    if (before != null) {
      throw new CgiFault("its header has two fields " + name);
    }
    return value;
  }

  private CgiAnswer answer() throws CgiFault {
    if (wholeResponse) {
      if (first) {
        throw new CgiFault("its answer does not begin with a status line");
      }
      return new CgiAnswer.Document(statusLine, fields, bodyLength());
    }
    if (status == null && location == null && type == null) {
      throw new CgiFault("its header has neither Content-Type nor Location nor Status");
    }
    boolean local = location != null && location.startsWith("/");
    if (local && status == null) {
      return localRedirect(location);
    }
    int code = status != null ? status(status) : location != null ? 302 : 200;
    return new CgiAnswer.Document(code, fields, bodyLength());
  }

  /** One slash: {@code //host/} is another server, and a backslash is a slash to some clients. */
  private static CgiAnswer localRedirect(@Nullable String target) throws CgiFault {
    if (target == null || target.startsWith("//") || target.indexOf('\\') >= 0) {
      throw new CgiFault("its Location is neither a place of this server nor an address");
    }
    for (int i = 0; i < target.length(); i++) {
      if (target.charAt(i) <= ' ' || target.charAt(i) >= 0x7F || target.charAt(i) == '#') {
        throw new CgiFault("its Location holds a character that an address cannot");
      }
    }
    return new CgiAnswer.LocalRedirect(target);
  }

  private long bodyLength() throws CgiFault {
    if (contentLength == null) {
      return -1;
    }
    boolean digits = !contentLength.isEmpty() && contentLength.length() <= 18;
    for (int i = 0; i < contentLength.length(); i++) {
      digits &= contentLength.charAt(i) >= '0' && contentLength.charAt(i) <= '9';
    }
    if (!digits) {
      throw new CgiFault("its Content-Length is not a number");
    }
    return Long.parseLong(contentLength);
  }

  // status-line = HTTP-version SP status-code SP [ reason ]
  private static int statusLine(String text) throws CgiFault {
    if (text.length() < 12 || !text.startsWith("HTTP/1.") || text.charAt(8) != ' ') {
      throw new CgiFault("its answer does not begin with a status line");
    }
    return status(text.substring(9));
  }

  private static int status(String text) throws CgiFault {
    boolean parted = text.length() == 3 || (text.length() > 3 && text.charAt(3) == ' ');
    int code = 0;
    for (int i = 0; parted && i < 3; i++) {
      char c = text.charAt(i);
      parted = c >= '0' && c <= '9';
      code = code * 10 + (c - '0');
    }
    if (!parted || code < 200 || code > 599) {
      throw new CgiFault("its Status is not from 200 to 599");
    }
    return code;
  }

  private static boolean isToken(String text, int to) {
    for (int i = 0; i < to; i++) {
      char c = text.charAt(i);
      boolean plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
      if (!plain && "!#$%&'*+-.^_`|~".indexOf(c) < 0) {
        return false;
      }
    }
    return true;
  }
}
