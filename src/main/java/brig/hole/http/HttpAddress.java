package brig.hole.http;

import brig.report.BrigException;
import brig.report.Problem;
import java.net.InetAddress;

/**
 * Where forms are shown: a loopback address, numeric, and a port.
 *
 * @param host without brackets
 */
public record HttpAddress(String host, int port) {
  /** Reads {@code 127.0.0.1:8080} or {@code [::1]:8080}. */
  public static HttpAddress read(String text) throws BrigException {
    int colon = text.lastIndexOf(':');
    String host = colon < 0 ? "" : text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    }
    try {
      int port = Integer.parseInt(text.substring(colon + 1));
      if (port < 1 || port > 65535) {
        throw wrong(text, "its port is not between 1 and 65535");
      }
      if (!InetAddress.ofLiteral(host).isLoopbackAddress()) {
        throw wrong(text, "it is not an address of this host alone");
      }
      return new HttpAddress(host, port);
    } catch (IllegalArgumentException e) {
      throw wrong(text, "it is not ADDRESS:PORT in digits");
    }
  }

  private static BrigException wrong(String text, String why) {
    return BrigException.usage(
        Problem.of("cannot show forms on " + text)
            .answered(why)
            .remedy(
                "Use 127.0.0.1:PORT or [::1]:PORT; for visitors from elsewhere, a web server with"
                    + " TLS passes their requests on."));
  }

  @Override
  public String toString() {
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }
}
