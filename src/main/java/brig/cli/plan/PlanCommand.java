package brig.cli.plan;

import brig.cli.command.Command;
import brig.cli.command.Context;
import brig.cli.jail.Jailfiles;
import brig.plan.Entry;
import brig.plan.Plan;
import brig.plan.Planner;
import brig.report.BrigException;
import brig.report.ExitCode;
import brig.report.Problem;
import brig.spec.JailSpec;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code brig plan NAME}: what the jail would hold. Changes nothing. */
public final class PlanCommand implements Command {
  @Override
  public void declare(CommandSpec spec) {
    spec.usageMessage().description("Show what a jail will hold and why, without making anything.");
    spec.addOption(
        OptionSpec.builder("--json").type(boolean.class).description("Print JSON.").build());
    spec.addOption(
        OptionSpec.builder("-a", "--all")
            .type(boolean.class)
            .description("List every entry instead of a summary.")
            .build());
    spec.addPositional(
        PositionalParamSpec.builder()
            .index("0")
            .paramLabel("JAIL")
            .type(String.class)
            .required(true)
            .description("A jail's name, or the path of its jailfile.")
            .build());
  }

  @Override
  public int run(ParseResult arguments, Context context) throws BrigException, IOException {
    JailSpec spec = Jailfiles.read(arguments.matchedPositionalValue(0, ""), context.paths());
    Jailfiles.tellHints(spec, context);
    Plan plan = Planner.plan(spec, context.host());
    if (arguments.matchedOptionValue("--json", false)) {
      PlanJson.write(plan, new OutputStreamWriter(context.out(), StandardCharsets.UTF_8));
      return ExitCode.OK.status();
    }
    JailSpec.Late late = spec.late();
    if (spec.mode() == JailSpec.Mode.LATE && late != null) {
      new LateText(spec, late, plan, context.out()).print();
      return ExitCode.OK.status();
    }
    PlanText text = new PlanText(plan, context.out());
    if (arguments.matchedOptionValue("--all", false)) {
      text.printAll();
    } else {
      text.printSummary();
    }
    for (Problem warning : plan.warnings()) {
      context.err().println("brig: warning: " + warning.text());
    }
    return ExitCode.OK.status();
  }

  /** The word that JSON and lists have for a kind of entry. */
  static String kind(Entry entry) {
    return switch (entry) {
      case Entry.File _ -> "file";
      case Entry.Generated _ -> "generated";
      case Entry.Directory _ -> "directory";
      case Entry.Writable w -> w.temporary() ? "temporary" : "writable";
      case Entry.Link _ -> "link";
      case Entry.Device _ -> "device";
      case Entry.Socket _ -> "socket";
    };
  }
}
