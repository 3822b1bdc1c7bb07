package brig.hole.front;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What a server is to send to a browser.
 *
 * @param headers in their order; Set-Cookie may come more than once
 */
public record FrontResponse(int status, List<Header> headers, Content content) {
  /** One line of the head. Values hold neither line ends nor anything that a job wrote. */
  public record Header(String name, String value) {
    public Header {
      for (int i = 0; i < value.length(); i++) {
        if (value.charAt(i) < ' ' || value.charAt(i) > '~') {
          throw new IllegalArgumentException("no value of a header: " + name);
        }
      }
    }
  }

  /** What follows the head. */
  public sealed interface Content {
    /** All of it is there. */
    record Whole(byte[] bytes) implements Content {}

    /** It comes by and by, of unknown length; written by the server's thread. */
    record Streamed(Writer writer) implements Content {}
  }

  /** Writes the content of a response, and ends when all is written. */
  @FunctionalInterface
  public interface Writer {
    /**
     * Writes all of it.
     *
     * @throws IOException the browser has gone
     */
    void write(OutputStream out) throws IOException;
  }

  static FrontResponse text(int status, String type, String text) {
    return new FrontResponse(
        status,
        List.of(new Header("Content-Type", type + "; charset=utf-8")),
        new Content.Whole(text.getBytes(StandardCharsets.UTF_8)));
  }

  static FrontResponse seeOther(String location) {
    return new FrontResponse(
        303, List.of(new Header("Location", location)), new Content.Whole(new byte[0]));
  }

  FrontResponse with(String name, String value) {
    List<Header> all = new ArrayList<>(headers);
    all.add(new Header(name, value));
    return new FrontResponse(status, List.copyOf(all), content);
  }
}
