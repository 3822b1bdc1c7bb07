package brig.cli.up;

import brig.cli.command.Command;
import brig.cli.command.Context;
import brig.cli.jail.JailArgument;
import brig.cli.jail.Jailfiles;
import brig.cli.jail.ReadyJail;
import brig.launch.service.Outlets;
import brig.launch.up.RsyslogInput;
import brig.linux.FileNames;
import brig.linux.HostFiles;
import brig.report.BrigException;
import brig.report.ExitCode;
import brig.report.Problem;
import brig.spec.JailSpec;
import java.io.IOException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code brig syslog NAME [--write]}. */
public final class SyslogCommand implements Command {
  private static final String DIRECTORY = "/etc/rsyslog.d";

  @Override
  public void declare(CommandSpec spec) {
    spec.usageMessage()
        .description(
            "Print what makes rsyslog listen to a jail's /dev/log.",
            "For jails with syslog = true in [features] that no brig up looks after. Nothing is"
                + " written unless --write is given.");
    spec.addOption(
        OptionSpec.builder("--write")
            .paramLabel("DIR")
            .arity("0..1")
            .fallbackValue(DIRECTORY)
            .type(String.class)
            .description("Write it to DIR/brig-NAME.conf, " + DIRECTORY + " when no DIR is named.")
            .build());
    spec.addPositional(JailArgument.one());
  }

  @Override
  public int run(ParseResult arguments, Context context) throws BrigException, IOException {
    JailSpec spec = Jailfiles.read(arguments.matchedPositionalValue(0, ""), context.paths());
    if (!spec.features().syslog()) {
      throw BrigException.usage(
          Problem.of("the jail " + spec.name() + " has no /dev/log")
              .remedy("Add to " + spec.file() + ": [features] syslog = true."));
    }
    String text = RsyslogInput.of(spec.name(), context.paths());
    String directory = arguments.matchedOptionValue("--write", (String) null);
    if (directory == null) {
      context.out().print(text);
      return ExitCode.OK.status();
    }
    ReadyJail.requireRoot("write to " + directory);
    Outlets.prepare(spec.name(), context.paths());
    String file = directory + "/brig-" + spec.name() + ".conf";
    HostFiles.replace(file, FileNames.encode(text), 0644);
    context.out().println(file + ": written; restart rsyslog to take it over");
    return ExitCode.OK.status();
  }
}
