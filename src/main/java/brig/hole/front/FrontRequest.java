package brig.hole.front;

import java.io.InputStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a server read from a browser.
 *
 * @param method as sent, such as {@code GET}
 * @param path below the place where the front is served, decoded; begins with a slash
 * @param query as sent, still encoded; empty: none
 * @param headers names in lower case; of a header that came several times, the values joined by a
 *     comma, of Cookie by a semicolon
 * @param secure it came by TLS, to this server or to a trusted one before it
 * @param peer the browser's address in digits; empty: not known
 * @param body what follows; read once
 */
public record FrontRequest(
    String method,
    String path,
    String query,
    Map<String, String> headers,
    boolean secure,
    String peer,
    InputStream body) {
  public @Nullable String header(String name) {
    return headers.get(name);
  }

  /** Neither query, headers nor body: they may hold secrets. */
  @Override
  public String toString() {
    return method + " " + path;
  }
}
