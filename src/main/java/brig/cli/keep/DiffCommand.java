package brig.cli.keep;

import brig.cli.command.Command;
import brig.cli.command.Context;
import brig.cli.jail.JailArgument;
import brig.cli.jail.JailBuild;
import brig.cli.jail.JailNames;
import brig.cli.jail.Jailfiles;
import brig.plan.Host;
import brig.plan.packages.Origin;
import brig.report.BrigException;
import brig.report.ExitCode;
import brig.report.JsonText;
import brig.report.Printable;
import brig.report.Problem;
import brig.spec.JailSpec;
import brig.tree.BuildOrder;
import brig.tree.Comparison;
import brig.tree.Difference;
import brig.tree.Drift;
import brig.tree.Forecast;
import brig.tree.Generations;
import brig.tree.JailVolume;
import brig.tree.Manifest;
import brig.tree.ManifestEntry;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code brig diff NAME}: see docs/diff.md. */
public final class DiffCommand implements Command {
  @Override
  public void declare(CommandSpec spec) {
    spec.usageMessage()
        .description(
            "Tell what a sync would change in a jail, and why; or in what two generations differ.",
            "Writes nothing. Exit status 0: no difference; 1: there are some.");
    spec.addOption(OptionSpec.builder("--json").description("For scripts.").build());
    spec.addOption(number("--from", "The generation to compare (the current one)."));
    spec.addOption(number("--to", "The generation to compare it with, instead of the host."));
    spec.addPositional(JailArgument.one());
  }

  private static OptionSpec number(String name, String description) {
    return OptionSpec.builder(name)
        .paramLabel("N")
        .type(Integer.class)
        .description(description)
        .build();
  }

  /**
   * What is compared, and how it came out.
   *
   * @param to 0 when it is the host as it is now
   */
  private record Result(
      String jail,
      int from,
      int to,
      boolean jailfileChanged,
      List<Difference> differences,
      List<Drift> drift,
      List<Problem> warnings) {
    boolean isEmpty() {
      return !jailfileChanged && differences.isEmpty() && drift.isEmpty();
    }
  }

  @Override
  public int run(ParseResult arguments, Context context) throws BrigException, IOException {
    String argument = arguments.matchedPositionalValue(0, "");
    String name = JailNames.known(List.of(argument), context.paths()).getFirst();
    JailVolume.open(context.paths(), name);
    Generations generations = Generations.of(context.paths(), name);
    int current = generations.current().orElse(0);
    int from = arguments.matchedOptionValue("--from", current);
    int to = arguments.matchedOptionValue("--to", 0);
    requireThere(name, generations, current, from, arguments.hasMatchedOption("--from"));
    if (arguments.hasMatchedOption("--to")) {
      requireThere(name, generations, current, to, true);
    }
    Result result =
        to == 0
            ? withHost(argument, name, from, generations, context)
            : withOther(name, from, to, generations, context);
    if (arguments.hasMatchedOption("--json")) {
      writeJson(result, context);
    } else {
      print(result, context);
    }
    return (result.isEmpty() ? ExitCode.OK : ExitCode.FINDINGS).status();
  }

  private static void requireThere(
      String name, Generations generations, int current, int number, boolean asked)
      throws BrigException, IOException {
    List<Integer> there = generations.numbers();
    if (there.contains(number)) {
      return;
    }
    throw BrigException.usage(
        asked
            ? Problem.of("there is no generation " + number + " of " + name)
                .remedy(
                    there.isEmpty()
                        ? "It was never built."
                        : "There are: "
                            + there.toString().substring(1, there.toString().length() - 1)
                            + (current == 0 ? "." : "; " + current + " is current."))
            : Problem.of("cannot compare " + name)
                .answered("it was never built")
                .remedy("brig plan " + name + " shows what a build would make."));
  }

  private static Result withHost(
      String argument, String name, int from, Generations generations, Context context)
      throws BrigException, IOException {
    Manifest before = Manifest.read(context.paths(), name, from);
    JailSpec spec = Jailfiles.read(argument, context.paths());
    BuildOrder order = JailBuild.order(spec, context, false, false);
    Forecast forecast = Forecast.of(order);
    return new Result(
        name,
        from,
        0,
        !Arrays.equals(generations.jailfile(from), order.jailfile()),
        Comparison.of(before, forecast.manifest()),
        before.isMounted() ? List.of() : Drift.of(generations, before),
        forecast.warnings());
  }

  private static Result withOther(
      String name, int from, int to, Generations generations, Context context)
      throws BrigException, IOException {
    Manifest before = Manifest.read(context.paths(), name, from);
    Manifest after = Manifest.read(context.paths(), name, to);
    return new Result(
        name,
        from,
        to,
        !Arrays.equals(generations.jailfile(from), generations.jailfile(to)),
        Comparison.of(before, after),
        List.of(),
        List.of());
  }

  private static void print(Result result, Context context) throws IOException {
    for (Problem warning : result.warnings) {
      context.err().println("brig: warning: " + warning.text());
    }
    String name = result.jail;
    String what =
        result.to == 0
            ? name + ": generation " + result.from + ", and what a sync would make now"
            : name + ": generations " + result.from + " and " + result.to;
    if (result.isEmpty()) {
      context.out().println(what + ": no difference");
      return;
    }
    context.out().println(what + ":");
    if (result.jailfileChanged) {
      context
          .out()
          .println(
              result.differences.isEmpty()
                  ? "~ the jailfile has changed, and no file of the jail by it"
                  : "~ the jailfile has changed");
    }
    Host host = result.to == 0 ? context.host() : null;
    for (Difference difference : result.differences) {
      line(DiffText.sign(difference), difference.path(), DiffText.of(difference, host), context);
    }
    for (Drift drift : result.drift) {
      line("!", drift.path(), "in the jail itself: " + drift.what(), context);
    }
  }

  private static void line(String sign, String path, String text, Context context) {
    context.out().println(sign + " " + Printable.text(path) + ": " + Printable.text(text));
  }

  private static void writeJson(Result result, Context context) throws IOException {
    JsonText.writeObject(
        new OutputStreamWriter(context.out(), StandardCharsets.UTF_8),
        json -> {
          json.writeStringField("jail", result.jail);
          json.writeNumberField("from", result.from);
          json.writeFieldName("to");
          if (result.to == 0) {
            json.writeNull();
          } else {
            json.writeNumber(result.to);
          }
          json.writeBooleanField("jailfile_changed", result.jailfileChanged);
          json.writeArrayFieldStart("differences");
          for (Difference difference : result.differences) {
            json.writeStartObject();
            json.writeStringField("path", difference.path());
            write(difference, result.to == 0 ? context.host() : null, json);
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeArrayFieldStart("drift");
          for (Drift drift : result.drift) {
            json.writeStartObject();
            json.writeStringField("path", drift.path());
            json.writeStringField("text", drift.what());
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeArrayFieldStart("warnings");
          for (Problem warning : result.warnings) {
            json.writeString(warning.text());
          }
          json.writeEndArray();
        });
  }

  private static void write(Difference difference, @Nullable Host host, JsonGenerator json)
      throws IOException {
    json.writeStringField(
        "change", difference.isAdded() ? "added" : difference.isRemoved() ? "removed" : "changed");
    json.writeArrayFieldStart("aspects");
    for (Difference.Aspect aspect : Difference.Aspect.values()) {
      if (difference.aspects().contains(aspect)) {
        json.writeString(aspect.name().toLowerCase(Locale.ROOT));
      }
    }
    json.writeEndArray();
    json.writeStringField("text", DiffText.of(difference, host));
    write("from", difference.from(), json);
    write("to", difference.to(), json);
  }

  private static void write(String name, @Nullable ManifestEntry entry, JsonGenerator json)
      throws IOException {
    if (entry == null) {
      return;
    }
    json.writeObjectFieldStart(name);
    json.writeStringField("kind", entry.kind().word());
    Origin origin = entry.origin();
    if (origin != null) {
      json.writeStringField("package", origin.name());
      json.writeStringField("version", origin.version());
    }
    if (entry.sha256() != null) {
      json.writeNumberField("size", entry.size());
      json.writeStringField("sha256", entry.sha256());
    }
    json.writeArrayFieldStart("reasons");
    for (List<String> chain : entry.reasons()) {
      json.writeStartArray();
      for (String step : chain) {
        json.writeString(step);
      }
      json.writeEndArray();
    }
    json.writeEndArray();
    json.writeEndObject();
  }
}
