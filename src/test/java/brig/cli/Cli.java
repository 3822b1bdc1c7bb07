package brig.cli;

import brig.cli.command.Command;
import brig.cli.command.Context;
import brig.cli.host.LiveHost;
import brig.plan.Host;
import brig.tree.JailPaths;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Commands run in this process, with all places below a directory of the test's. */
public final class Cli {
  public final JailPaths paths;
  private final Path home;
  private final Host host;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  public Cli(Path home) throws IOException {
    this(home, new LiveHost());
  }

  public Cli(Path home, Host host) throws IOException {
    this.home = home;
    this.host = host;
    this.paths = JailPaths.of(Map.of("BRIG_HOME", home.toString()));
    Files.createDirectories(Path.of(paths.etc()));
  }

  public Context context() {
    return new Context(
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        Map.of("BRIG_HOME", home.toString()),
        paths,
        host,
        false,
        Main::run);
  }

  /** Runs a command line as a person would give it; what was printed before is forgotten. */
  public int brig(String... arguments) {
    out.reset();
    err.reset();
    return Main.run(arguments, context());
  }

  /** The same with a command that is not taken from the list of all. */
  public int brig(Command command, String name, String... arguments) throws Exception {
    out.reset();
    err.reset();
    return command.run(Parsing.lineOf(name, command).parseArgs(arguments), context());
  }

  public String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  public String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  public Path jailfile(String name, String text) throws IOException {
    return Files.writeString(Path.of(paths.jailfile(name)), text);
  }
}
