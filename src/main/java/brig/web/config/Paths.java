package brig.web.config;

import brig.spec.Located;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Paths of the configuration, made absolute and plain. */
final class Paths {
  private final String serverRoot;

  Paths(String serverRoot) {
    this.serverRoot = serverRoot;
  }

  String serverRoot() {
    return serverRoot;
  }

  @Nullable Located<String> of(@Nullable Located<String> path) {
    return path == null ? null : new Located<>(resolve(serverRoot, path.value()), path.at());
  }

  /** Without empty names, {@code .} and {@code ..}; a relative one begins at {@code base}. */
  static String resolve(String base, String path) {
    String whole = path.startsWith("/") ? path : base + "/" + path;
    List<String> names = new ArrayList<>();
    int from = 0;
    while (from < whole.length()) {
      int slash = whole.indexOf('/', from);
      int end = slash < 0 ? whole.length() : slash;
      String name = whole.substring(from, end);
      if (name.equals("..")) {
        if (!names.isEmpty()) {
          names.removeLast();
        }
      } else if (!name.isEmpty() && !name.equals(".")) {
        names.add(name);
      }
      from = end + 1;
    }
    return "/" + String.join("/", names);
  }
}
