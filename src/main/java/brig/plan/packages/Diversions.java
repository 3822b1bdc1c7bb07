package brig.plan.packages;

import brig.plan.Host;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Files that a package keeps under another name, because another one wants theirs. */
final class Diversions {
  private final Map<String, Diversion> byFrom = new HashMap<>();
  private final Map<String, Diversion> byTo = new HashMap<>();

  /**
   * One diversion.
   *
   * @param from the path as packages list it
   * @param to where every package's file of that path is, but that of {@code by}
   * @param by a package; {@code :} for a diversion of the host's administrator
   */
  record Diversion(String from, String to, String by) {}

  private Diversions() {}

  /** Three lines for each: from, to, package. */
  static Diversions read(Host host) throws IOException {
    Diversions diversions = new Diversions();
    String file = Dpkg.DIRECTORY + "/diversions";
    if (host.lstat(file) == null) {
      return diversions;
    }
    String text = new String(host.read(file), StandardCharsets.UTF_8);
    int at = 0;
    while (true) {
      int first = text.indexOf('\n', at);
      int second = first < 0 ? -1 : text.indexOf('\n', first + 1);
      int third = second < 0 ? -1 : text.indexOf('\n', second + 1);
      if (third < 0) {
        return diversions;
      }
      Diversion diversion =
          new Diversion(
              text.substring(at, first),
              text.substring(first + 1, second),
              text.substring(second + 1, third));
      diversions.byFrom.put(diversion.from, diversion);
      diversions.byTo.put(diversion.to, diversion);
      at = third + 1;
    }
  }

  @Nullable Diversion from(String path) {
    return byFrom.get(path);
  }

  @Nullable Diversion to(String path) {
    return byTo.get(path);
  }
}
