package brig.cli.web;

import brig.cli.command.Command;
import brig.cli.command.Context;
import brig.report.BrigException;
import brig.report.ExitCode;
import brig.report.Problem;
import brig.web.config.WebConfig;
import brig.web.config.WebConfigReader;
import brig.web.parent.Source;
import brig.web.parent.WebServer;
import java.io.IOException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code brig serve [DIR | CONFIG.toml] [--port N] [--check] [--explain URL] [--no-jail]}. */
public final class ServeCommand implements Command {
  @Override
  public void declare(CommandSpec spec) {
    spec.usageMessage()
        .description(
            "Serve a directory, or the sites of a configuration, from a worker that is jailed in"
                + " the directory that it serves.",
            "HUP reloads, USR1 opens the logs anew, TERM ends it when its requests are answered.");
    spec.addOption(
        OptionSpec.builder("-p", "--port")
            .paramLabel("N")
            .type(Integer.class)
            .description("Where a directory is served, on every IPv4 address; 8080 if not given.")
            .build());
    spec.addOption(
        OptionSpec.builder("--check")
            .description("Say what is wrong with the configuration, and start nothing.")
            .build());
    spec.addOption(
        OptionSpec.builder("--explain")
            .paramLabel("URL")
            .type(String.class)
            .description("Tell how an address would be answered, and by which line.")
            .build());
    spec.addOption(
        OptionSpec.builder("--no-jail")
            .description("Serve as who you are, not confined, not even by a user namespace.")
            .build());
    spec.addPositional(
        PositionalParamSpec.builder()
            .paramLabel("DIR|CONFIG")
            .arity("0..1")
            .type(String.class)
            .description("A directory, or a configuration in TOML; this directory if not given.")
            .build());
  }

  @Override
  public int run(ParseResult arguments, Context context) throws BrigException, IOException {
    int port = arguments.matchedOptionValue("--port", 0);
    if (port < 0 || port > 65535) {
      throw BrigException.usage(Problem.of("--port takes a port, not " + port));
    }
    Source source = Source.of(arguments.matchedPositionalValue(0, "."), port);
    String url = arguments.matchedOptionValue("--explain", (String) null);
    if (url != null) {
      WebConfig config = WebConfigReader.read(source.path(), source.bytes());
      new Explanation(config, context.out()).of(url);
      return ExitCode.OK.status();
    }
    boolean jailed = !arguments.hasMatchedOption("--no-jail");
    if (arguments.hasMatchedOption("--check")) {
      WebConfig config = source.checked(jailed);
      context.out().println(source.path() + ": good, " + config.sites().size() + " site(s)");
      return ExitCode.OK.status();
    }
    WebServer.serve(
        source,
        jailed,
        context.environment(),
        RunPlace.of(context),
        line -> context.err().println("brig serve: " + line));
    return ExitCode.OK.status();
  }
}
