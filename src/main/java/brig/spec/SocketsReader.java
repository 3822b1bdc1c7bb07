package brig.spec;

import brig.report.Position;
import java.util.ArrayList;
import java.util.List;

/** {@code [sockets]}: of the host, {@code "/path"}, or of another jail, {@code "name:/path"}. */
final class SocketsReader {
  private final Section top;
  private final JailSpec.Mode mode;
  private final Mistakes mistakes;
  private final PathRules paths;

  SocketsReader(Section top, JailSpec.Mode mode, Mistakes mistakes) {
    this.top = top;
    this.mode = mode;
    this.mistakes = mistakes;
    this.paths = new PathRules(mistakes);
  }

  List<Located<JailSpec.MountedPath>> mounted() {
    List<Section.Pair> ofHost = new ArrayList<>();
    for (Section.Pair pair : top.pairs("sockets")) {
      if (colon(pair) < 0) {
        ofHost.add(pair);
      }
    }
    return FilesReader.mounted(ofHost, paths);
  }

  List<Located<JailSpec.LentPath>> lent() {
    List<Located<JailSpec.LentPath>> lent = new ArrayList<>();
    for (Section.Pair pair :
        top.isTable("sockets") ? top.pairs("sockets") : List.<Section.Pair>of()) {
      int colon = colon(pair);
      if (colon >= 0) {
        String text = pair.value().value();
        add(pair, text.substring(0, colon), text.substring(colon + 1), lent);
      }
    }
    return lent;
  }

  /** Where the name of a jail ends; negative when there is none. */
  private static int colon(Section.Pair pair) {
    String text = pair.value().value();
    return text.startsWith("/") ? -1 : text.indexOf(":/");
  }

  private void add(
      Section.Pair pair, String jail, String path, List<Located<JailSpec.LentPath>> lent) {
    Position at = pair.value().at();
    if (!JailName.isValid(jail)) {
      mistakes.add(
          at,
          "\"" + jail + "\" is no name of a jail",
          "Write \"NAME:/PATH\", a writable place of that jail, or a path of the host.");
      return;
    }
    if (!mode.isBuilt()) {
      mistakes.add(
          at,
          "a place of another jail goes with mode = \"copy\" or \"bind\" only",
          "Let the other service put its socket into 'root'.");
      return;
    }
    for (String one : List.of(pair.key(), path)) {
      if (one.startsWith("/var/run/")) {
        mistakes.add(
            at,
            "\"" + one + "\" leads through a link: /var/run is /run",
            "Write \"" + one.substring("/var".length()) + "\".");
        return;
      }
    }
    if (paths.checkInside(pair.key(), pair.at()) && paths.check(path, at)) {
      lent.add(new Located<>(new JailSpec.LentPath(pair.key(), jail, path), pair.at()));
    }
  }
}
