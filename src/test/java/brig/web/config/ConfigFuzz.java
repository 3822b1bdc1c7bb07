package brig.web.config;

import brig.report.BrigException;
import brig.report.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What bench/fuzz runs: configurations of {@code brig serve}. Only mistakes with their place may
 * leave the reader; with {@code fix_root} every path of what it took lies in the jail.
 */
public final class ConfigFuzz {
  private ConfigFuzz() {}

  /** Jazzer's entry. */
  public static void fuzzerTestOneInput(byte[] bytes) {
    WebConfig config;
    try {
      config = WebConfigReader.read("/srv/web.toml", bytes);
    } catch (BrigException e) {
      for (Problem problem : e.problems()) {
        if (problem.position() == null) {
          throw new IllegalStateException("a mistake without a place: " + problem.text(), e);
        }
      }
      return;
    }
    for (Site site : config.sites()) {
      String inside = JailedPaths.inside(config, site.root().value());
      if (!inside.startsWith("/")
          || !JailedPaths.outside(config, inside).startsWith("/")
          || (config.fixRoot()
              && !JailedPaths.isAtOrBelow(site.root().value(), config.chroot().value()))) {
        throw new IllegalStateException("a root outside of the jail: " + site.root());
      }
    }
  }

  /** Writes what to begin with into a directory: the examples of the reference. */
  public static void main(String[] arguments) throws IOException {
    Path directory = Files.createDirectories(Path.of(arguments[0]));
    int number = 0;
    String[] parts = Files.readString(Path.of("docs/serve.md")).split("```", -1);
    for (int i = 1; i < parts.length; i += 2) {
      if (parts[i].startsWith("toml\n")) {
        Files.writeString(directory.resolve("seed" + number), parts[i].substring(5));
        number++;
      }
    }
  }
}
