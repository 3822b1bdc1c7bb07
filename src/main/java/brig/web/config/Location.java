package brig.web.config;

import brig.report.Position;
import org.jspecify.annotations.Nullable;

/**
 * What is done for the paths that begin with one.
 *
 * @param path begins with a slash; {@code /cgi-bin/} is for all below it, {@code /a} for that path
 *     and all below
 * @param auth who may; null: everybody
 */
public record Location(String path, Action action, @Nullable Auth auth, Position at) {
  /** Whether a path is this location's. */
  public boolean covers(String asked) {
    if (!asked.startsWith(path)) {
      return false;
    }
    return asked.length() == path.length()
        || path.endsWith("/")
        || asked.charAt(path.length()) == '/';
  }
}
