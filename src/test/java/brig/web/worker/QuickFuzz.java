package brig.web.worker;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * What bench/fuzz runs: the requests that are answered before the engine's own parser sees them.
 * One that is taken must be plain, and one whose end has not come must not be taken.
 */
@SuppressWarnings("StringConcatToTextBlock") // lines of HTTP end in CR LF
public final class QuickFuzz {
  private QuickFuzz() {}

  /** Jazzer's entry: the first byte says where in a buffer the request begins. */
  public static void fuzzerTestOneInput(byte[] bytes) {
    int from = bytes.length == 0 ? 0 : Math.min(bytes[0] & 0x1F, bytes.length);
    QuickRequest request = QuickRequest.parse(bytes, from, bytes.length);
    if (request == null) {
      return;
    }
    String text = new String(bytes, from, bytes.length - from, StandardCharsets.ISO_8859_1);
    int end = text.indexOf("\r\n\r\n");
    if (end < 0 || !text.startsWith("GET " + request.path() + " HTTP/1.1\r\n")) {
      throw new IllegalStateException("not a request: " + text);
    }
    if (!QuickRequest.isPlain(request.path()) || request.path().contains("/.")) {
      throw new IllegalStateException("not plain: " + request.path());
    }
    String head = text.substring(0, end).toLowerCase(java.util.Locale.ROOT);
    for (String unusual : List.of("\ncontent-length", "\ntransfer-encoding", "\nrange", "\nif-")) {
      if (head.contains(unusual)) {
        throw new IllegalStateException("not plain: " + head);
      }
    }
    byte[] cut = Arrays.copyOf(bytes, from + end + 3);
    if (QuickRequest.parse(cut, from, cut.length) != null) {
      throw new IllegalStateException("its end was not there");
    }
  }

  /** Writes what to begin with into a directory. */
  public static void main(String[] arguments) throws IOException {
    Path directory = Files.createDirectories(Path.of(arguments[0]));
    int number = 0;
    for (String seed :
        List.of(
            "\0GET / HTTP/1.1\r\nHost: a.example.org\r\n\r\n",
            "\1GET /a/b.html HTTP/1.1\r\n"
                + "Host: a\r\n"
                + "User-Agent: x\r\n"
                + "Accept: */*\r\n"
                + "Accept-Encoding: gzip, br\r\n"
                + "Connection: keep-alive\r\n"
                + "Cookie: a=b\r\n\r\n"
                + "GET ")) {
      Files.write(directory.resolve("seed" + number), seed.getBytes(StandardCharsets.ISO_8859_1));
      number++;
    }
  }
}
