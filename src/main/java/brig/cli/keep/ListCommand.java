package brig.cli.keep;

import brig.cli.command.Command;
import brig.cli.command.Context;
import brig.cli.command.Table;
import brig.cli.jail.JailNames;
import brig.cli.jail.Jailfiles;
import brig.cli.jail.OpenJail;
import brig.cli.jail.Staleness;
import brig.launch.service.JailStatus;
import brig.launch.service.RunState;
import brig.report.BrigException;
import brig.report.ExitCode;
import brig.report.JsonText;
import brig.report.Printable;
import brig.spec.JailSpec;
import brig.tree.Bytes;
import brig.tree.GenerationSummary;
import brig.tree.Generations;
import brig.tree.Manifest;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code brig list [NAME] [--json]}: see docs/list.md. */
public final class ListCommand implements Command {
  private static final List<String> JAILS =
      List.of("NAME", "MODE", "STATE", "CURRENT", "RUNS", "FILES", "SIZE", "BUILT", "STALE");
  private static final List<String> GENERATIONS =
      List.of("GENERATION", "BUILT", "FILES", "LINKS", "SIZE", "IS", "DIFFERS FROM THE ONE BEFORE");

  @Override
  public void declare(CommandSpec spec) {
    spec.usageMessage()
        .description(
            "List the jails, or the generations of one.",
            "A jail is stale when its jailfile or the host is no more what it was built from.");
    spec.addOption(OptionSpec.builder("--json").description("For scripts.").build());
    spec.addPositional(
        PositionalParamSpec.builder()
            .index("0")
            .arity("0..1")
            .paramLabel("NAME")
            .type(String.class)
            .description("A jail, or the path of its jailfile.")
            .build());
  }

  @Override
  public int run(ParseResult arguments, Context context) throws BrigException, IOException {
    boolean json = arguments.hasMatchedOption("--json");
    String argument = arguments.matchedPositionalValue(0, "");
    if (argument.isEmpty()) {
      List<Jail> jails = new ArrayList<>();
      for (String name : JailNames.all(context.paths())) {
        jails.add(jail(name, context));
      }
      if (json) {
        writeJails(jails, context);
      } else {
        printJails(jails, context);
      }
      return ExitCode.OK.status();
    }
    String name = JailNames.known(List.of(argument), context.paths()).getFirst();
    List<Generation> generations = generations(name, context);
    if (json) {
      writeGenerations(name, generations, context);
    } else {
      printGenerations(name, generations, context);
    }
    return ExitCode.OK.status();
  }

  /**
   * A line of the list.
   *
   * @param mode null when the jailfile is gone or has mistakes
   * @param summary of the current generation; null when there is none, or it cannot be read
   * @param runs 0 when it does not run
   */
  private record Jail(
      String name,
      @Nullable String mode,
      JailStatus.State state,
      int current,
      int runs,
      @Nullable GenerationSummary summary,
      @Nullable String stale) {}

  private static Jail jail(String name, Context context) throws BrigException, IOException {
    OpenJail.orTell(name, context);
    JailStatus status = JailStatus.of(name, context.paths());
    int current = Generations.of(context.paths(), name).current().orElse(0);
    return new Jail(
        name,
        mode(name, context),
        status.state(),
        current,
        runs(status),
        current == 0 ? null : summary(name, current, context),
        current == 0 ? null : Staleness.ifReadable(name, current, context));
  }

  /** 0 when it does not run. */
  private static int runs(JailStatus status) {
    RunState noted = status.noted();
    return noted != null && status.state() == JailStatus.State.RUNNING ? noted.generation() : 0;
  }

  private static @Nullable String mode(String name, Context context) {
    try {
      JailSpec spec = Jailfiles.read(name, context.paths());
      return spec.mode().name().toLowerCase(Locale.ROOT);
    } catch (BrigException e) {
      return null; // brig plan tells its mistakes
    }
  }

  /** Null when it is damaged, or not ours to read. */
  private static @Nullable GenerationSummary summary(String name, int number, Context context) {
    try {
      return GenerationSummary.of(Manifest.read(context.paths(), name, number));
    } catch (BrigException | IOException e) {
      return null;
    }
  }

  private static void printJails(List<Jail> jails, Context context) {
    if (jails.isEmpty()) {
      context.out().println("no jails; brig init makes one");
      return;
    }
    Table table = new Table(JAILS);
    for (Jail jail : jails) {
      GenerationSummary summary = jail.summary;
      table.row(
          jail.name,
          jail.mode == null ? "?" : jail.mode,
          jail.state.word(),
          number(jail.current),
          number(jail.runs),
          summary == null ? "-" : String.valueOf(summary.files()),
          summary == null ? "-" : Bytes.text(summary.bytes()),
          summary == null ? "-" : local(summary.time()),
          jail.current == 0 ? "-" : jail.stale == null ? "no" : "yes");
    }
    table.print(context.out());
    for (Jail jail : jails) {
      if (jail.stale != null) {
        context
            .out()
            .println(
                Printable.text(
                    jail.name + " is stale: " + jail.stale + "; brig diff " + jail.name));
      }
    }
  }

  private static String number(int generation) {
    return generation == 0 ? "-" : String.valueOf(generation);
  }

  /** To the second, in the host's time zone. */
  static String local(String time) {
    return DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss")
        .format(Instant.parse(time).atZone(ZoneId.systemDefault()));
  }

  private static void writeJails(List<Jail> jails, Context context) throws IOException {
    JsonText.writeObject(
        new OutputStreamWriter(context.out(), StandardCharsets.UTF_8),
        json -> {
          json.writeArrayFieldStart("jails");
          for (Jail jail : jails) {
            json.writeStartObject();
            json.writeStringField("name", jail.name);
            json.writeStringField("mode", jail.mode);
            json.writeStringField("state", jail.state.word());
            json.writeNumberField("current_generation", jail.current);
            json.writeNumberField("running_generation", jail.runs);
            json.writeBooleanField("stale", jail.stale != null);
            json.writeStringField("stale_because", jail.stale);
            if (jail.summary != null) {
              write(jail.summary, json);
            }
            json.writeEndObject();
          }
          json.writeEndArray();
        });
  }

  private static void write(GenerationSummary summary, JsonGenerator json) throws IOException {
    json.writeStringField("built", summary.time());
    json.writeNumberField("files", summary.files());
    json.writeNumberField("links", summary.links());
    json.writeNumberField("bytes", summary.bytes());
  }

  private record Generation(
      int number,
      boolean current,
      boolean running,
      @Nullable GenerationSummary summary,
      String differs) {
    String is() {
      return current ? (running ? "current, running" : "current") : running ? "running" : "";
    }
  }

  /** The newest first. */
  private static List<Generation> generations(String name, Context context)
      throws BrigException, IOException {
    OpenJail.orTell(name, context);
    Generations generations = Generations.of(context.paths(), name);
    int current = generations.current().orElse(0);
    JailStatus status = JailStatus.of(name, context.paths());
    int runs = runs(status);
    List<Generation> list = new ArrayList<>();
    int before = 0;
    for (int number : generations.numbers()) {
      list.addFirst(
          new Generation(
              number,
              number == current,
              number == runs,
              summary(name, number, context),
              differs(name, before, number, context)));
      before = number;
    }
    return list;
  }

  private static String differs(String name, int before, int number, Context context) {
    if (before == 0) {
      return number == 1 ? "the first" : "the one before is gone";
    }
    try {
      return ChangeSummary.between(name, before, number, context);
    } catch (BrigException | IOException e) {
      return "?"; // a manifest is damaged; brig diff tells which
    }
  }

  private static void printGenerations(String name, List<Generation> generations, Context context) {
    if (generations.isEmpty()) {
      context.out().println(name + " was never built; brig build " + name + " does");
      return;
    }
    Table table = new Table(GENERATIONS);
    for (Generation generation : generations) {
      GenerationSummary summary = generation.summary;
      table.row(
          String.valueOf(generation.number),
          summary == null ? "?" : local(summary.time()),
          summary == null ? "?" : String.valueOf(summary.files()),
          summary == null ? "?" : String.valueOf(summary.links()),
          summary == null ? "?" : Bytes.text(summary.bytes()),
          generation.is().isEmpty() ? "-" : generation.is(),
          generation.differs);
    }
    table.print(context.out());
  }

  private static void writeGenerations(String name, List<Generation> generations, Context context)
      throws IOException {
    JsonText.writeObject(
        new OutputStreamWriter(context.out(), StandardCharsets.UTF_8),
        json -> {
          json.writeStringField("jail", name);
          json.writeArrayFieldStart("generations");
          for (Generation generation : generations) {
            json.writeStartObject();
            json.writeNumberField("number", generation.number);
            json.writeBooleanField("current", generation.current);
            json.writeBooleanField("running", generation.running);
            json.writeStringField("differs", generation.differs);
            if (generation.summary != null) {
              write(generation.summary, json);
            }
            json.writeEndObject();
          }
          json.writeEndArray();
        });
  }
}
