package brig.web.config;

import brig.report.Position;
import brig.spec.Located;
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
    NumericAddress address = NumericAddress.of(text);
    return address == null ? null : new Port(address.host(), address.port(), at);
  }
}
