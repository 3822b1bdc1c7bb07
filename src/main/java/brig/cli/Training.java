package brig.cli;

import brig.cli.command.Context;
import brig.cli.host.LiveHost;
import brig.launch.service.RunState;
import brig.linux.Binding;
import brig.linux.ProcessStatus;
import brig.tree.JailPaths;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What the launcher runs after a build, so that the JVM can write start-up caches of the classes
 * that Brig's commands load (JEP 483, 514): {@code Training COURSE HOME}. It jails programs of the
 * host in a directory of its own, which the launcher removes; what does not work here (no root) is
 * only not in the cache.
 *
 * <p>A cache is mapped and its classes linked before Brig's first line, whether they are needed or
 * not: the commands that people wait for most have one each, of what they load and nothing else.
 */
public final class Training {
  private Training() {}

  /** The launcher knows them by these names, and takes them in this order. */
  private enum Course {
    /** What makes one jail and keeps it true, given its name alone. */
    KEEP,
    /** What starts one in the foreground, given its name alone; {@link #KEEP} has made it. */
    RUN,
    /** What else starts jails and tells of them. */
    START,
    /** Everything else that is usual. */
    ALL
  }

  public static void main(String[] arguments) throws IOException {
    Course course = Course.valueOf(arguments[0].toUpperCase(Locale.ROOT));
    Path home = Path.of(arguments[1]);
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.put("BRIG_HOME", home.toString());
    JailPaths paths = JailPaths.of(environment);
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
    Context context =
        Context.of(nowhere, System.err, environment, new LiveHost(), false, Main.runner());
    if (course == Course.KEEP) {
      furnish(home, paths);
    }
    Binding.loadInBackground();
    Arguments.asGiven(arguments);
    switch (course) {
      case KEEP -> keep(home, context);
      case RUN -> {
        leaveState(home, paths);
        RUN.forEach(line -> run(line, context));
      }
      case START -> START.forEach(line -> run(line, context));
      case ALL -> ALL.forEach(line -> run(line, context));
    }
  }

  private static void furnish(Path home, JailPaths paths) throws IOException {
    Files.createDirectories(Path.of(paths.etc()));
    Path site = Files.createDirectories(home.resolve("site/below"));
    Files.writeString(site.resolve("page.html"), "hello");
    Files.writeString(site.resolve("page.bak"), "left out");
    Files.createSymbolicLink(site.resolve("link"), Path.of("page.html"));
    for (String name : List.of("training", "other")) {
      Files.writeString(Path.of(paths.jailfile(name)), JAILFILE.replace("SITE", home + "/site"));
    }
    String full =
        JAILFILE.replace("SITE", home + "/site").replace("/bin/sleep\", \"60", "/bin/true");
    Files.writeString(Path.of(paths.jailfile("full")), full);
    Files.writeString(
        Path.of(paths.jailfile("short")), "command = [\"/bin/true\"]\nuser = \"nobody\"\n");
    Files.writeString(Path.of(paths.jailfile("becoming")), BECOMING);
    for (String recipe : List.of("nginx", "apache")) {
      Path from = Path.of(System.getProperty("brig.home", "."), "recipes", recipe + ".toml");
      if (Files.exists(from)) {
        Files.copy(from, Path.of(paths.jailfile(recipe)));
      }
    }
  }

  /** What a service that Brig became leaves behind, for the next start to find. */
  private static void leaveState(Path home, JailPaths paths) throws IOException {
    long started = 1; // not this process's, so that nothing is taken for the service
    RunState state =
        new RunState(
            ProcessStatus.self(),
            started,
            RunState.currentBoot(),
            1,
            0,
            0,
            home.toString(),
            0,
            "SIGTERM",
            0,
            false,
            false,
            null,
            List.of());
    Files.createDirectories(Path.of(paths.run()));
    state.write(paths.state("becoming"));
  }

  private static void keep(Path home, Context context) throws IOException {
    KEEP.forEach(line -> run(line, context));
    for (int content = 1; content <= GENERATIONS; content++) {
      Files.writeString(home.resolve("site/below/page.html"), "hello " + content);
      run(List.of("sync", "training"), context);
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

  /**
   * Brig becomes this service, and the training would be over: but the kernel does not find what
   * the script is for, and that is the last that a start does.
   */
  private static final String BECOMING =
      """
      command = ["/bin/becoming"]
      user = "nobody"
      [[files.content]]
      path = "/bin/becoming"
      text = "#!/nothing\\n"
      mode = "0755"
      [namespaces]
      pid = false
      """;

  /** A recipe whose service the host lacks fails, and has trained that. */
  private static final List<List<String>> KEEP =
      List.of(
          List.of("build", "apache"),
          List.of("build", "nginx"),
          List.of("build", "nginx"),
          List.of("build", "short"),
          List.of("build", "becoming"),
          List.of("build", "full"),
          List.of("build", "training"),
          List.of("build", "training"),
          List.of("sync", "training"));

  private static final List<List<String>> RUN =
      List.of(List.of("run", "short"), List.of("run", "full"), List.of("run", "becoming"));

  private static final List<List<String>> START =
      List.of(
          List.of("run", "-d", "training"),
          List.of("status"),
          List.of("status", "--json", "training"),
          List.of("list"),
          List.of("logs", "training"),
          List.of("stop", "training"),
          List.of("run", "short", "--"));

  private static final List<List<String>> ALL =
      List.of(
          List.of("--help"),
          List.of("nonsense"),
          List.of("libs", "/bin/sh"),
          List.of("libs", "--json", "/bin/sh"),
          List.of("plan", "training"),
          List.of("why", "training", "/bin/sleep"),
          List.of("diff", "training"),
          List.of("sync", "--all"),
          List.of("plan", "--json", "other"),
          List.of("plan", "apache"),
          List.of("build", "--again", "other"),
          List.of("run", "-d", "other"),
          List.of("status", "other"),
          List.of("trace", "--", "/bin/true"),
          List.of("stop", "other"));
}
