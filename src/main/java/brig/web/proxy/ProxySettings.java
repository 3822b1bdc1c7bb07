package brig.web.proxy;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a location says of the server behind it.
 *
 * @param prefix the location's path
 * @param socket a Unix socket, where this process finds it; null: a port
 * @param host numeric; of no meaning for a socket
 * @param base takes the prefix's place; null: the path stays as it is
 * @param hostHeader what the other server is told as Host; null: what the client said
 * @param connections at once
 * @param waiting requests beyond these
 * @param silenceMillis how long the other server may say nothing
 * @param webSocket whether a client may speak with it freely
 */
public record ProxySettings(
    String prefix,
    @Nullable Supplier<String> socket,
    String host,
    int port,
    @Nullable String base,
    @Nullable String hostHeader,
    int connections,
    int waiting,
    long connectMillis,
    long silenceMillis,
    boolean webSocket) {

  /**
   * What the other server is asked for.
   *
   * @param path of the request, normalized: the very one that the location was chosen by, so that
   *     no other can be reached through it
   */
  String target(String path, @Nullable String query) {
    String asked = path;
    String replacement = base;
    if (replacement != null) {
      String rest = path.substring(Math.min(prefix.length(), path.length()));
      boolean twice = replacement.endsWith("/") && rest.startsWith("/");
      boolean never = !replacement.endsWith("/") && !rest.startsWith("/") && !rest.isEmpty();
      asked = replacement + (never ? "/" : "") + (twice ? rest.substring(1) : rest);
    }
    StringBuilder target = new StringBuilder();
    encode(asked, target);
    if (query != null) {
      target.append('?');
      encode(query, target);
    }
    return target.toString();
  }

  /** What may not stand in a request's first line is encoded; what is encoded stays so. */
  private static void encode(String text, StringBuilder into) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < bytes.length; i++) {
      byte b = bytes[i];
      boolean plain = b > ' ' && b < 0x7F && "\"<>\\^`{|}".indexOf(b) < 0;
      boolean escape =
          b == '%' && i + 2 < bytes.length && isHex(bytes[i + 1]) && isHex(bytes[i + 2]);
      if ((plain && b != '%') || escape) {
        into.append((char) b);
      } else {
        into.append('%');
        into.append(HexFormat.of().withUpperCase().toHexDigits(b));
      }
    }
  }

  private static boolean isHex(byte b) {
    return HexFormat.isHexDigit(b);
  }
}
