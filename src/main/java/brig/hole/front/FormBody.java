package brig.hole.front;

import brig.hole.wire.Bytes;
import brig.hole.wire.Names;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;

/**
 * Reads the two ways in which browsers send forms (URL Standard, 5.1; RFC 7578). Bytes are taken as
 * they are: whether they are text is for the listener to judge. A body of more than the cap, a name
 * that no field has, or one that comes twice is refused.
 */
final class FormBody {
  private static final int VALUES = 200;
  private static final int LONGEST_HEAD = 4096;
  private static final byte[] LINE_END = {'\r', '\n'};

  private FormBody() {}

  static Sent read(FrontRequest request, int cap) throws IOException, BadRequest {
    String type = request.header("content-type");
    String kind = type == null ? "" : type.toLowerCase(Locale.ROOT).split(";", 2)[0].strip();
    byte[] body = request.body().readNBytes(cap + 1);
    if (body.length > cap) {
      throw new BadRequest(413);
    }
    return switch (kind) {
      case "application/x-www-form-urlencoded" ->
          encoded(new String(body, StandardCharsets.ISO_8859_1));
      case "multipart/form-data" -> multipart(body, boundary(type == null ? "" : type));
      default -> throw new BadRequest(415);
    };
  }

  private static void put(Map<String, Bytes> into, String name, Bytes value) throws BadRequest {
    if (!Names.isField(name) || into.putIfAbsent(name, value) != null || into.size() > VALUES) {
      throw new BadRequest(400);
    }
  }

  /** Of a body or of an address: {@code name=value} with {@code &} between. */
  static Sent encoded(String text) throws BadRequest {
    Sent sent = new Sent();
    for (String pair : text.split("&", VALUES + 2)) {
      if (!pair.isEmpty()) {
        int equals = pair.indexOf('=');
        String name = equals < 0 ? pair : pair.substring(0, equals);
        String value = equals < 0 ? "" : pair.substring(equals + 1);
        put(
            sent.values(),
            new String(decoded(name), StandardCharsets.ISO_8859_1),
            Bytes.of(decoded(value)));
      }
    }
    return sent;
  }

  private static byte[] decoded(String text) throws BadRequest {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '%') {
        if (i + 2 >= text.length()) {
          throw new BadRequest(400);
        }
        int high = Character.digit(text.charAt(i + 1), 16);
        int low = Character.digit(text.charAt(i + 2), 16);
        if (high < 0 || low < 0) {
          throw new BadRequest(400);
        }
        bytes.write(high << 4 | low);
        i += 2;
      } else {
        bytes.write(c == '+' ? ' ' : c);
      }
    }
    return bytes.toByteArray();
  }

  private static byte[] boundary(String type) throws BadRequest {
    int at = type.toLowerCase(Locale.ROOT).indexOf("boundary=");
    String text = at < 0 ? "" : type.substring(at + "boundary=".length());
    if (text.startsWith("\"")) {
      int end = text.indexOf('"', 1);
      text = end < 0 ? "" : text.substring(1, end);
    } else {
      int end = text.indexOf(';');
      text = (end < 0 ? text : text.substring(0, end)).strip();
    }
    if (text.isEmpty() || text.length() > 70) { // RFC 2046, 5.1.1
      throw new BadRequest(400);
    }
    return ("--" + text).getBytes(StandardCharsets.ISO_8859_1);
  }

  private static Sent multipart(byte[] body, byte[] boundary) throws BadRequest {
    Sent sent = new Sent();
    byte[] between = new byte[boundary.length + 2];
    System.arraycopy(LINE_END, 0, between, 0, 2);
    System.arraycopy(boundary, 0, between, 2, boundary.length);
    if (!startsWith(body, 0, boundary)) {
      throw new BadRequest(400);
    }
    int at = boundary.length;
    while (!startsWith(body, at, new byte[] {'-', '-'})) {
      if (!startsWith(body, at, LINE_END)) {
        throw new BadRequest(400);
      }
      int head = at + 2;
      int headEnd = find(body, head, new byte[] {'\r', '\n', '\r', '\n'});
      int end = headEnd < 0 ? -1 : find(body, headEnd + 2, between);
      if (end < 0 || headEnd - head > LONGEST_HEAD) {
        throw new BadRequest(400);
      }
      int content = headEnd + 4;
      // An empty part: its end is the end of its head too.
      int length = Math.max(0, end - content);
      part(
          sent,
          new String(body, head, headEnd - head, StandardCharsets.ISO_8859_1),
          Bytes.of(java.util.Arrays.copyOfRange(body, content, content + length)));
      at = end + between.length;
    }
    return sent;
  }

  private static void part(Sent sent, String head, Bytes content) throws BadRequest {
    for (String line : head.split("\r\n", -1)) {
      if (line.toLowerCase(Locale.ROOT).startsWith("content-disposition:")) {
        String name = parameter(line, "name");
        boolean file = parameter(line, "filename") != null;
        if (name == null) {
          throw new BadRequest(400);
        }
        if (!file) {
          put(sent.values(), name, content);
        } else if (content.length() > 0) { // else no file was chosen
          put(sent.files(), name, content);
        }
        return;
      }
    }
    throw new BadRequest(400);
  }

  private static @org.jspecify.annotations.Nullable String parameter(String line, String name) {
    int at = line.indexOf("; " + name + "=\"");
    int from = at + name.length() + 4;
    int end = at < 0 ? -1 : line.indexOf('"', from);
    return end < 0 ? null : line.substring(from, end);
  }

  private static boolean startsWith(byte[] bytes, int at, byte[] what) {
    return at + what.length <= bytes.length
        && java.util.Arrays.equals(bytes, at, at + what.length, what, 0, what.length);
  }

  private static int find(byte[] bytes, int from, byte[] what) {
    for (int i = from; i + what.length <= bytes.length; i++) {
      if (bytes[i] == what[0] && startsWith(bytes, i, what)) {
        return i;
      }
    }
    return -1;
  }
}
