package brig.cli.plan;

import brig.cli.command.Command;
import brig.cli.command.Context;
import brig.cli.jail.Jailfiles;
import brig.plan.Entry;
import brig.plan.Exclusions;
import brig.plan.LeftOut;
import brig.plan.Plan;
import brig.plan.PlanLinks;
import brig.plan.Planner;
import brig.report.BrigException;
import brig.report.ExitCode;
import brig.report.JsonText;
import brig.report.Printable;
import brig.report.Problem;
import brig.spec.JailSpec;
import brig.spec.Located;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code brig why NAME PATH}: the chains of reasons for one path, or why it is not in the jail. */
public final class WhyCommand implements Command {
  @Override
  public void declare(CommandSpec spec) {
    spec.usageMessage().description("Tell why a path is in a jail, or why it is not.");
    spec.addOption(
        OptionSpec.builder("--json").type(boolean.class).description("Print JSON.").build());
    spec.addPositional(positional("0", "JAIL", "A jail's name, or the path of its jailfile."));
    spec.addPositional(positional("1", "PATH", "A path as it is inside the jail."));
  }

  private static PositionalParamSpec positional(String index, String label, String description) {
    return PositionalParamSpec.builder()
        .index(index)
        .paramLabel(label)
        .type(String.class)
        .required(true)
        .description(description)
        .build();
  }

  @Override
  public int run(ParseResult arguments, Context context) throws BrigException, IOException {
    JailSpec spec = Jailfiles.read(arguments.matchedPositionalValue(0, ""), context.paths());
    String path = normal(arguments.matchedPositionalValue(1, ""));
    Plan plan = Planner.plan(spec, context.host());
    Entry entry = PlanLinks.find(plan, path);
    if (arguments.matchedOptionValue("--json", false)) {
      printJson(plan, path, entry, context);
    } else if (entry != null) {
      if (!entry.path().equals(path)) {
        context.out().println(Printable.text(path + " is reached as " + entry.path()));
      }
      PlanText.printReasons(entry.reasons(), context.out());
    } else {
      context.out().println(Printable.text(path + " is not in the jail"));
      context.out().println(Printable.text(absence(spec, plan, path, context)));
    }
    return entry == null ? ExitCode.FINDINGS.status() : ExitCode.OK.status();
  }

  private static String normal(String path) throws BrigException {
    if (!path.startsWith("/")) {
      throw BrigException.usage(
          Problem.of("the path " + path + " is not absolute")
              .remedy("Give it as it is inside the jail, from the root on."));
    }
    StringBuilder normal = new StringBuilder();
    for (String name : path.split("/", -1)) {
      if (!name.isEmpty() && !name.equals(".")) {
        normal.append('/').append(name);
      }
    }
    return normal.isEmpty() ? "/" : normal.toString();
  }

  private static String absence(JailSpec spec, Plan plan, String path, Context context)
      throws IOException {
    Exclusions exclusions = Exclusions.of(spec);
    Located<String> line = exclusions.excluding(path);
    if (line != null) {
      return "it is left out by "
          + (exclusions.isUnused(line) ? "unused" : "exclude")
          + " \""
          + line.value()
          + "\" ("
          + line.at()
          + ")";
    }
    for (LeftOut left : plan.leftOut()) {
      if (left.path().equals(path)) {
        return "it is left out as " + left.because() + ": " + left.why().text();
      }
    }
    if (context.host().lstat(path) == null) {
      return "the host has no such file either";
    }
    return "the host has it; [files] include = [\"" + path + "\"] would bring it in";
  }

  private static void printJson(Plan plan, String path, @Nullable Entry entry, Context context)
      throws IOException {
    JsonText.writeObject(
        new OutputStreamWriter(context.out(), StandardCharsets.UTF_8),
        json -> {
          json.writeStringField("jail", plan.jail());
          json.writeStringField("path", entry == null ? path : entry.path());
          json.writeBooleanField("present", entry != null);
          json.writeFieldName("reasons");
          PlanJson.writeReasons(entry == null ? List.of() : entry.reasons(), json);
        });
  }
}
