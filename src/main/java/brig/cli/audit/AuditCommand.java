package brig.cli.audit;

import brig.audit.About;
import brig.audit.Audit;
import brig.audit.AuditReport;
import brig.audit.Baseline;
import brig.audit.Severity;
import brig.audit.Subject;
import brig.audit.output.AuditJson;
import brig.audit.output.AuditText;
import brig.audit.output.Sarif;
import brig.cli.Help;
import brig.cli.command.Command;
import brig.cli.command.Context;
import brig.report.BrigException;
import brig.report.ExitCode;
import brig.report.Problem;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code brig audit NAME|DIR...}: see docs/audit.md. */
public final class AuditCommand implements Command {
  @Override
  public void declare(CommandSpec spec) {
    spec.usageMessage()
        .description(
            "Look for what is wrong with a jail of Brig, or with any directory that is used as a"
                + " root, on disk and in its processes. Changes nothing.",
            "Exit status: 0 nothing at or over --fail-on, 1 findings, 100 wrong use, 111 refused.");
    spec.addPositional(
        PositionalParamSpec.builder()
            .index("0..*")
            .arity("0..*")
            .paramLabel("NAME|DIR")
            .type(List.class)
            .auxiliaryTypes(String.class)
            .description("A jail, the path of its jailfile, or a directory (with a slash).")
            .build());
    flag(spec, "--all", "All jails of Brig that are built.");
    flag(spec, "--json", "For scripts.");
    flag(spec, "--sarif", "SARIF 2.1.0, for code scanning.");
    flag(spec, "--rules", "List the rules, and audit nothing.");
    option(
        spec, "--fail-on", "SEVERITY", "low, medium (the default) or high: what makes it exit 1.");
    list(spec, "--only", "RULE", "Go by these rules only; separated by commas, or repeated.");
    list(spec, "--skip", "RULE", "Leave these rules out; likewise.");
    option(
        spec,
        "--as",
        "USER",
        "For a directory: the host's user, by name or number, whose service runs in it.");
    list(
        spec,
        "--writable",
        "PATH",
        "For a directory: a place inside that the service may write to, beside /tmp and /var/tmp.");
    option(spec, "--baseline", "FILE", "Findings that are accepted, each with a reason (TOML).");
    option(
        spec,
        "--write-baseline",
        "FILE",
        "Write a baseline that accepts what is found, and exit 0.");
  }

  private static void flag(CommandSpec spec, String name, String description) {
    spec.addOption(OptionSpec.builder(name).description(description).build());
  }

  private static void option(CommandSpec spec, String name, String label, String description) {
    spec.addOption(
        OptionSpec.builder(name)
            .paramLabel(label)
            .type(String.class)
            .description(description)
            .build());
  }

  private static void list(CommandSpec spec, String name, String label, String description) {
    spec.addOption(
        OptionSpec.builder(name)
            .paramLabel(label)
            .arity("1")
            .type(List.class)
            .auxiliaryTypes(String.class)
            .splitRegex(",")
            .description(description)
            .build());
  }

  @Override
  public int run(ParseResult arguments, Context context) throws BrigException, IOException {
    Writer out = new OutputStreamWriter(context.out(), StandardCharsets.UTF_8);
    if (arguments.hasMatchedOption("--rules")) {
      if (arguments.hasMatchedOption("--json")) {
        AuditJson.writeRules(out);
      } else {
        new AuditText(context.out()).printRules();
      }
      return ExitCode.OK.status();
    }
    Severity failOn = failOn(arguments);
    List<About> rules = AuditRules.selected(arguments);
    String baseline = arguments.matchedOptionValue("--baseline", "");
    Baseline accepted = baseline.isEmpty() ? new Baseline(List.of()) : BaselineFile.read(baseline);
    String newBaseline = arguments.matchedOptionValue("--write-baseline", "");
    BaselineFile.requireAbsent(newBaseline);
    List<AuditReport> reports = new ArrayList<>();
    List<Problem> refused = new ArrayList<>();
    for (Subject subject : AuditSubjects.of(arguments, context, refused)) {
      reports.add(Audit.of(subject, rules));
    }
    for (Problem problem : refused) {
      context.err().println("brig: " + problem.text());
    }
    LocalDate today = LocalDate.now(ZoneId.systemDefault());
    Baseline.Outcome outcome = accepted.apply(reports, today);
    print(outcome, arguments, context, out);
    tellBaseline(outcome, baseline, context);
    if (!newBaseline.isEmpty()) {
      BaselineFile.write(newBaseline, reports, accepted, today);
      return ExitCode.OK.status();
    }
    return exit(outcome, failOn, refused).status();
  }

  private static ExitCode exit(Baseline.Outcome outcome, Severity failOn, List<Problem> refused) {
    if (!refused.isEmpty()) {
      return ExitCode.REFUSED;
    }
    for (AuditReport report : outcome.reports()) {
      if (!report.atLeast(failOn).isEmpty()) {
        return ExitCode.FINDINGS;
      }
    }
    return ExitCode.OK;
  }

  private static Severity failOn(ParseResult arguments) throws BrigException {
    String word = arguments.matchedOptionValue("--fail-on", Severity.MEDIUM.word());
    Severity severity = Severity.of(word);
    if (severity == null) {
      throw BrigException.usage(
          Problem.of("brig audit: there is no severity '" + word + "'")
              .remedy("--fail-on takes low, medium or high."));
    }
    return severity;
  }

  private static void print(
      Baseline.Outcome outcome, ParseResult arguments, Context context, Writer out)
      throws IOException {
    if (arguments.hasMatchedOption("--sarif")) {
      Sarif.write(outcome, Help.version(), out);
    } else if (arguments.hasMatchedOption("--json")) {
      AuditJson.write(outcome, out);
    } else {
      AuditText text = new AuditText(context.out());
      for (int i = 0; i < outcome.reports().size(); i++) {
        if (i > 0) {
          context.out().println();
        }
        text.print(outcome.reports().get(i), outcome.matches().get(i));
      }
    }
  }

  private static void tellBaseline(Baseline.Outcome outcome, String file, Context context) {
    for (Baseline.Accepted expired : outcome.expired()) {
      tell(expired, "expired on " + expired.until() + ", so its finding counts again", context);
    }
    for (Baseline.Accepted unused : outcome.unused()) {
      tell(unused, "accepts nothing that was found: take it out of " + file, context);
    }
  }

  private static void tell(Baseline.Accepted entry, String what, Context context) {
    Problem problem = Problem.of("the entry for " + entry.text() + " " + what);
    context.err().println("brig: " + problem.text() + " (" + entry.position() + ")");
  }
}
