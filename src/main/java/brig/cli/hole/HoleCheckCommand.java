package brig.cli.hole;

import brig.cli.command.AbsolutePath;
import brig.cli.command.Command;
import brig.cli.command.Context;
import brig.hole.job.Hole;
import brig.hole.lint.HoleLint;
import brig.hole.lint.Remark;
import brig.report.BrigException;
import brig.report.ExitCode;
import brig.report.JsonText;
import brig.report.Position;
import brig.report.Printable;
import brig.report.Problem;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code brig hole check}: see docs/hole-check.md. */
public final class HoleCheckCommand implements Command {
  /** What was found of one file; without a hole it could not be read. */
  private record Checked(
      HoleFiles.Named named, @Nullable Hole hole, List<Problem> mistakes, List<Remark> remarks) {
    boolean hasErrors() {
      for (Remark remark : remarks) {
        if (remark.weight() == Remark.Weight.ERROR) {
          return true;
        }
      }
      return false;
    }
  }

  @Override
  public void declare(CommandSpec spec) {
    spec.usageMessage()
        .description(
            "Look for mistakes in the files of holes, and hold them against this host.",
            "Tells every mistake of a file with line and column, then whether programs, users and"
                + " directories are there and nobody else can change what runs. Runs nothing.")
        .footer(
            "",
            "Exit status: 0, hints or not; 1 when this host does not fit; 100 when a file is"
                + " wrong.");
    spec.addOption(
        OptionSpec.builder("--json").type(boolean.class).description("Print JSON.").build());
    spec.addPositional(
        PositionalParamSpec.builder()
            .paramLabel("NAME|FILE")
            .arity("0..*")
            .type(List.class)
            .auxiliaryTypes(String.class)
            .description(
                "A jail, for all of its holes, or the path of a NAME.hole.toml; without any, the"
                    + " holes of all jails.")
            .build());
  }

  @Override
  public int run(ParseResult arguments, Context context) throws BrigException, IOException {
    List<String> names = arguments.matchedPositionalValue(0, List.of());
    List<Checked> all = new ArrayList<>();
    for (HoleFiles.Named named : HoleFiles.of(names, context.paths())) {
      all.add(check(named, context));
    }
    if (arguments.matchedOptionValue("--json", false)) {
      JsonText.writeObject(
          new OutputStreamWriter(context.out(), StandardCharsets.UTF_8), json -> write(json, all));
    } else {
      print(all, context.out());
    }
    ExitCode code = ExitCode.OK;
    for (Checked checked : all) {
      if (checked.hole() == null) {
        return ExitCode.USAGE.status();
      }
      code = checked.hasErrors() ? ExitCode.FINDINGS : code;
    }
    return code.status();
  }

  private static Checked check(HoleFiles.Named named, Context context) throws IOException {
    try {
      String absolute = AbsolutePath.of(named.file(), context.host());
      Hole hole =
          new HoleFiles.Named(named.name(), absolute, named.place(), named.jailUser()).read();
      return new Checked(
          named, hole, List.of(), HoleLint.check(hole, context.host(), named.jailUser()));
    } catch (BrigException e) {
      return new Checked(named, null, e.problems(), List.of());
    }
  }

  private static void print(List<Checked> all, PrintStream out) {
    if (all.isEmpty()) {
      out.println("no jail has a hole");
    }
    for (Checked checked : all) {
      for (Problem mistake : checked.mistakes()) {
        out.println("error: " + mistake.text());
      }
      for (Remark remark : checked.remarks()) {
        out.println(word(remark) + ": " + remark.problem().text());
      }
      Hole hole = checked.hole();
      if (hole != null && !checked.hasErrors()) {
        int jobs = hole.jobs().size();
        out.println(
            Printable.text(checked.named().file())
                + ": "
                + jobs
                + (jobs == 1 ? " job" : " jobs")
                + ", nothing wrong");
      }
    }
  }

  private static String word(Remark remark) {
    return remark.weight().name().toLowerCase(Locale.ROOT);
  }

  private static void write(JsonGenerator json, List<Checked> all) throws IOException {
    json.writeArrayFieldStart("holes");
    for (Checked checked : all) {
      json.writeStartObject();
      json.writeStringField("hole", checked.named().name());
      json.writeStringField("file", checked.named().file());
      json.writeArrayFieldStart("jobs");
      Hole hole = checked.hole();
      if (hole != null) {
        for (String job : hole.jobs().keySet()) {
          json.writeString(job);
        }
      }
      json.writeEndArray();
      json.writeArrayFieldStart("remarks");
      for (Problem mistake : checked.mistakes()) {
        write(json, "error", mistake);
      }
      for (Remark remark : checked.remarks()) {
        write(json, word(remark), remark.problem());
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void write(JsonGenerator json, String weight, Problem problem) throws IOException {
    json.writeStartObject();
    json.writeStringField("weight", weight);
    Position at = problem.position();
    if (at != null) {
      json.writeNumberField("line", at.line());
      json.writeNumberField("column", at.column());
    }
    json.writeStringField("message", problem.message());
    if (problem.answer() != null) {
      json.writeStringField("answer", problem.answer());
    }
    if (problem.remedy() != null) {
      json.writeStringField("remedy", problem.remedy());
    }
    json.writeEndObject();
  }
}
