package brig.cli;

import brig.cli.command.Context;
import brig.cli.host.LiveHost;
import brig.linux.Binding;
import brig.tree.JailPaths;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What the launcher runs once after a build, so that the JVM can write a start-up cache of the
 * classes that Brig's commands load (JEP 483, 514). It jails a program of the host in a directory
 * of its own and removes it again; what does not work here (no root) is only not in the cache.
 */
public final class Training {
  private Training() {}

  public static void main(String[] arguments) throws IOException {
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
    Path home = Files.createTempDirectory(Path.of("/var/tmp"), "brig-training-");
    try {
      Map<String, String> environment = new HashMap<>(System.getenv());
      environment.put("BRIG_HOME", home.toString());
      JailPaths paths = JailPaths.of(environment);
      Context context =
          Context.of(nowhere, System.err, environment, new LiveHost(), false, Main::run);
      Files.createDirectories(Path.of(paths.etc()));
      Binding.loadInBackground();
      Arguments.asGiven(arguments);
      Path site = Files.createDirectories(home.resolve("site/below"));
      Files.writeString(site.resolve("page.html"), "hello");
      Files.writeString(site.resolve("page.bak"), "left out");
      Files.createSymbolicLink(site.resolve("link"), Path.of("page.html"));
      Files.writeString(
          Path.of(paths.jailfile("training")), JAILFILE.replace("SITE", home + "/site"));
      Files.writeString(
          Path.of(paths.jailfile("short")), "command = [\"/bin/true\"]\nuser = \"nobody\"\n");
      for (String recipe : List.of("nginx", "apache")) {
        Path from = Path.of(System.getProperty("brig.home", "."), "recipes", recipe + ".toml");
        if (Files.exists(from)) {
          Files.copy(from, Path.of(paths.jailfile(recipe)));
        }
      }
      for (List<String> line : LINES) {
        run(line, context);
      }
      for (int content = 1; content <= GENERATIONS; content++) {
        Files.writeString(site.resolve("page.html"), "hello " + content);
        run(List.of("sync", "training"), context);
      }
    } finally {
      try (Stream<Path> all = Files.walk(home)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  private static void run(List<String> line, Context context) {
    System.err.println(line + ": " + Main.run(line.toArray(new String[0]), context));
  }

  /** So many that the last one is made of one that was given up. */
  private static final int GENERATIONS = 5;

  private static final String JAILFILE =
      """
      command = ["/bin/sleep", "60"]
      user = "nobody"
      groups = []
      umask = "027"
      [files]
      include = ["SITE", "/etc/host*"]
      exclude = ["SITE/**/*.bak"]
      writable = ["/var/lib/training", { path = "/var/log/training", owner = "root", mode = "0750" }]
      temporary = ["/run", { path = "/tmp", size = "2M" }]
      map = { "/srv/site" = "SITE" }
      [[files.content]]
      path = "/etc/motd"
      text = "hello"
      [features]
      timezone = "host"
      dns = true
      [environment]
      LANG = "C"
      [network]
      listen = [8080]
      connect = []
      [limits]
      open_files = 1024
      """;

  /** A recipe whose service the host lacks fails, and has trained that. */
  private static final List<List<String>> LINES =
      List.of(
          List.of("--help"),
          List.of("nonsense"),
          List.of("libs", "/bin/sh"),
          List.of("libs", "--json", "/bin/sh"),
          List.of("plan", "training"),
          List.of("plan", "--json", "training"),
          List.of("why", "training", "/bin/sleep"),
          List.of("build", "apache"),
          List.of("build", "nginx"),
          List.of("build", "nginx"),
          List.of("build", "training"),
          List.of("build", "training"),
          List.of("sync", "training"),
          List.of("sync", "--all"),
          List.of("run", "-d", "training"),
          List.of("status"),
          List.of("status", "--json", "training"),
          List.of("list"),
          List.of("diff", "training"),
          List.of("trace", "--", "/bin/true"),
          List.of("logs", "training"),
          List.of("stop", "training"),
          List.of("run", "short"));
}
