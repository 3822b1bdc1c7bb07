package brig.web.config;

import brig.spec.Quantities;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * A port of a numeric address. Names are not looked up: inside the jail none can be.
 *
 * @param host without the brackets that IPv6 is written with
 */
record NumericAddress(String host, int port) {
  /**
   * Reads {@code 127.0.0.1:9000} or {@code [::1]:9000}.
   *
   * @return null when it is neither
   */
  static @Nullable NumericAddress of(String text) {
    int colon = text.lastIndexOf(':');
    String host = colon < 0 ? "" : text.substring(0, colon);
    long port = colon < 0 ? -1 : Quantities.digits(text.substring(colon + 1));
    boolean six = host.startsWith("[") && host.endsWith("]");
    String bare = six ? host.substring(1, host.length() - 1) : host;
    return port >= 1 && port <= 65535 && isLiteral(bare, six)
        ? new NumericAddress(bare, (int) port)
        : null;
  }

  private static boolean isLiteral(String host, boolean six) {
    // InetAddress would take a zone behind a percent sign
    if (host.isEmpty() || host.indexOf('%') >= 0 || six != host.indexOf(':') >= 0) {
      return false;
    }
    try {
      return InetAddress.ofLiteral(host).getAddress().length == (six ? 16 : 4);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
