package brig.web.config;

import brig.report.Position;
import brig.spec.Located;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** Where a server behind this one listens. */
public sealed interface Upstream {
  Position at();

  /** A Unix socket, by a path of the configuration. */
  record Local(Located<String> path) implements Upstream {
    @Override
    public Position at() {
      return path.at();
    }
  }

  /** A port of a numeric address: inside the jail no name can be looked up. */
  record Port(String host, int port, Position at) implements Upstream {}

  /**
   * Reads {@code unix:/run/app.sock}, {@code 127.0.0.1:9000} or {@code [::1]:9000}.
   *
   * @return null when it is none of these
   */
  static @Nullable Upstream of(String text, Position at, Paths paths) {
    if (text.startsWith("unix:")) {
      String path = text.substring("unix:".length());
      Located<String> located = paths.of(new Located<>(path, at));
      return path.isEmpty() || located == null ? null : new Local(located);
    }
    int colon = text.lastIndexOf(':');
    String host = colon < 0 ? "" : text.substring(0, colon);
    long port = colon < 0 ? -1 : Keys.number(text.substring(colon + 1));
    boolean v6 = host.startsWith("[") && host.endsWith("]");
    String bare = v6 ? host.substring(1, host.length() - 1) : host;
    if (port < 1 || port > 65535 || !isNumeric(bare, v6)) {
      return null;
    }
    return new Port(bare, (int) port, at);
  }

  private static boolean isNumeric(String host, boolean v6) {
    if (host.isEmpty() || host.indexOf('%') >= 0 || v6 != host.indexOf(':') >= 0) {
      return false;
    }
    try {
      return InetAddress.ofLiteral(host).getAddress().length == (v6 ? 16 : 4);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
