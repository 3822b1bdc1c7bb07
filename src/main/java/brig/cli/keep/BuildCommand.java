package brig.cli.keep;

import brig.cli.command.Context;
import brig.cli.command.NameOnly;
import brig.cli.jail.JailArgument;
import brig.cli.jail.JailBuild;
import brig.cli.jail.Jailfiles;
import brig.report.BrigException;
import brig.report.ExitCode;
import brig.spec.JailSpec;
import java.io.IOException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code brig build NAME}: see docs/build.md. */
public final class BuildCommand implements NameOnly {
  @Override
  public void declare(CommandSpec spec) {
    spec.usageMessage()
        .description(
            "Build a jail: write its tree beside the old one and make it current in one step.",
            "A jail that is up to date is left as it is. A service that runs keeps its tree until"
                + " it is started again.");
    spec.addPositional(JailArgument.one());
    spec.addOption(
        OptionSpec.builder("--again").description("Build although nothing changed.").build());
    spec.addOption(
        OptionSpec.builder("--sync")
            .description(
                "Wait until all of it is on the disk before it becomes current, so that not even"
                    + " a loss of power can harm it.")
            .build());
  }

  @Override
  public int run(ParseResult arguments, Context context) throws BrigException, IOException {
    String name = arguments.matchedPositionalValue(0, "");
    boolean again = arguments.hasMatchedOption("--again");
    return build(name, again, arguments.hasMatchedOption("--sync"), context);
  }

  @Override
  public int run(String name, Context context) throws BrigException, IOException {
    return build(name, false, false, context);
  }

  private static int build(String name, boolean again, boolean sync, Context context)
      throws BrigException, IOException {
    JailSpec spec = Jailfiles.read(name, context.paths());
    Jailfiles.tellHints(spec, context);
    context.out().println(JailBuild.build(spec, context, again, sync).text());
    return ExitCode.OK.status();
  }
}
