package brig.cli.up;

import brig.cli.command.Command;
import brig.cli.command.Context;
import brig.cli.jail.ReadyJail;
import brig.launch.up.SyslogRelay;
import brig.linux.HostFiles;
import brig.report.BrigException;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code brig up [NAME...]}. */
public final class UpCommand implements Command {
  @Override
  public void declare(CommandSpec spec) {
    spec.usageMessage()
        .description(
            "Run a set of jails in the foreground, until Ctrl-C stops them all.",
            "Starts them in the order of 'after', each when those before it are ready, starts again"
                + " what 'restart' names, and shows what they print. SIGHUP takes over changed"
                + " jailfiles.");
    spec.addOption(
        OptionSpec.builder("--log-socket")
            .paramLabel("PATH")
            .type(String.class)
            .description("Where the host's syslog listens, for [features] syslog; else /dev/log.")
            .build());
    spec.addPositional(
        PositionalParamSpec.builder()
            .paramLabel("NAME")
            .arity("0..*")
            .type(List.class)
            .auxiliaryTypes(String.class)
            .description(
                "Jails, or paths of their jailfiles; all that have one when none is named.")
            .build());
  }

  @Override
  public int run(ParseResult arguments, Context context) throws BrigException, IOException {
    List<String> names = arguments.matchedPositionalValue(0, List.of());
    String log = arguments.matchedOptionValue("--log-socket", SyslogRelay.HOST);
    Chosen chosen = new Chosen(names, context);
    List<Chosen.Jail> jails = chosen.read();
    ReadyJail.requireRoot("start jails");
    HostFiles.createDirectories(context.paths().run(), 0755);
    try (Fleet fleet = new Fleet(chosen, log, context)) {
      return fleet.run(jails);
    }
  }
}
