package brig.cli.service;

import brig.cli.command.Command;
import brig.cli.command.Context;
import brig.cli.command.Table;
import brig.cli.host.Accounts;
import brig.cli.jail.JailNames;
import brig.cli.jail.Jailfiles;
import brig.cli.jail.OpenJail;
import brig.cli.jail.Staleness;
import brig.launch.service.JailStatus;
import brig.launch.service.OutsideCalls;
import brig.launch.service.RunState;
import brig.launch.service.Running;
import brig.linux.ProcessStatus;
import brig.report.BrigException;
import brig.report.ExitCode;
import brig.report.JsonText;
import brig.report.Printable;
import brig.spec.JailSpec;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code brig status [NAME...] [--json]}. */
public final class StatusCommand implements Command {
  private static final List<String> HEAD =
      List.of("NAME", "STATE", "PID", "USER", "GENERATION", "SINCE", "MEMORY", "LISTENS ON");

  @Override
  public void declare(CommandSpec spec) {
    spec.usageMessage()
        .description(
            "Show what runs.",
            "Without names: all jails, exit status 0. With names: 1 when one of them does not"
                + " run.");
    spec.addOption(OptionSpec.builder("--json").description("For scripts.").build());
    spec.addPositional(
        PositionalParamSpec.builder()
            .paramLabel("NAME")
            .arity("0..*")
            .type(List.class)
            .auxiliaryTypes(String.class)
            .description("A jail, or the path of its jailfile.")
            .build());
  }

  @Override
  public int run(ParseResult arguments, Context context) throws BrigException, IOException {
    List<String> asked = arguments.matchedPositionalValue(0, List.of());
    List<String> names =
        asked.isEmpty() ? JailNames.all(context.paths()) : JailNames.known(asked, context.paths());
    List<JailStatus> jails = new ArrayList<>();
    boolean allRun = true;
    for (String name : names) {
      OpenJail.orTell(name, context);
      JailStatus jail = status(name, context);
      jails.add(jail);
      allRun &= jail.state() == JailStatus.State.RUNNING;
    }
    Accounts accounts = new Accounts(context.host());
    if (arguments.hasMatchedOption("--json")) {
      writeJson(jails, accounts, context);
    } else {
      writeTable(jails, accounts, context);
    }
    return (asked.isEmpty() || allRun ? ExitCode.OK : ExitCode.FINDINGS).status();
  }

  /** Whoever cannot be read is taken for what most are. */
  private static JailStatus status(String name, Context context) throws BrigException, IOException {
    JailSpec spec;
    try {
      spec = Jailfiles.read(name, context.paths());
    } catch (BrigException e) {
      return JailStatus.of(name, context.paths());
    }
    JailSpec.Late late = spec.late();
    String site = late != null && spec.mode() == JailSpec.Mode.SELF ? late.root().value() : null;
    return JailStatus.of(name, context.paths(), spec.mode().isBuilt(), site);
  }

  private static void writeTable(List<JailStatus> jails, Accounts accounts, Context context)
      throws IOException {
    if (jails.isEmpty()) {
      context.out().println("no jails; brig init makes one");
      return;
    }
    Table table = new Table(HEAD);
    for (JailStatus jail : jails) {
      RunState noted = jail.noted();
      ProcessStatus process = jail.process();
      String current = jail.current() == 0 ? "-" : String.valueOf(jail.current());
      if (noted == null || process == null) {
        table.row(jail.name(), jail.state().word(), "-", "-", current, "-", "-", "-");
      } else {
        table.row(
            jail.name(),
            jail.state().word(),
            String.valueOf(process.pid()),
            accounts.user(noted.uid()),
            noted.generation() == 0 ? "-" : String.valueOf(noted.generation()),
            local(noted.startedAt()),
            memory(jail.memoryKib()),
            jail.listening().isEmpty() ? "-" : String.join(" ", jail.listening()));
      }
    }
    table.print(context.out());
    for (JailStatus jail : jails) {
      remark(jail, context);
      String stale =
          jail.current() == 0 ? null : Staleness.ifReadable(jail.name(), jail.current(), context);
      if (stale != null) {
        context.out().println(Printable.text(jail.name() + " is stale: " + stale));
      }
    }
  }

  private static void remark(JailStatus jail, Context context) throws IOException {
    RunState noted = jail.noted();
    if (noted == null) {
      return;
    }
    String name = Printable.text(jail.name());
    switch (jail.state()) {
      case RUNNING -> {
        if (noted.keeper() != null) {
          context
              .out()
              .println(
                  name
                      + ": process "
                      + noted.keeper().pid()
                      + " holds it; "
                      + Running.inside(noted)
                      + " of its processes are in the jail");
        } else if (noted.generation() != jail.current()) {
          context
              .out()
              .println(
                  name
                      + ": runs generation "
                      + noted.generation()
                      + ", "
                      + jail.current()
                      + " is current: stop and run it to change over");
        }
        List<String> replaced = ReplacedFiles.of(jail, context);
        if (!replaced.isEmpty()) {
          context
              .out()
              .println(
                  name
                      + ": it has replaced files in its memory: "
                      + Printable.text(String.join(", ", replaced)));
        }
        List<String> calls = callsOutside(jail, context);
        if (!calls.isEmpty()) {
          context
              .out()
              .println(
                  name
                      + ": it made calls outside its profile: "
                      + Printable.text(String.join(", ", calls))
                      + "; brig logs "
                      + name
                      + " --calls tells more");
        }
        for (ProcessStatus stray : jail.strays()) {
          context
              .out()
              .println(
                  Printable.text(
                      name
                          + ": process "
                          + stray.pid()
                          + " ("
                          + stray.name()
                          + ") runs as uid "
                          + stray.uid()
                          + " and is NOT in the jail"));
        }
        if (!jail.rootHolds() && jail.strays().isEmpty() && ProcessStatus.effectiveUid() == 0) {
          context
              .out()
              .println(name + ": the root of process " + noted.pid() + " is NOT the jail's");
        }
      }
      case DEAD ->
          context
              .out()
              .println(
                  name
                      + ": process "
                      + noted.pid()
                      + " ended without brig stop; brig logs "
                      + name
                      + " shows its last words");
      case STOPPED, UNBUILT -> {}
    }
  }

  /** Their names, since the start. */
  private static List<String> callsOutside(JailStatus jail, Context context) throws IOException {
    List<String> names = new ArrayList<>();
    if (jail.state() == JailStatus.State.RUNNING) {
      for (OutsideCalls.Seen call : CallsOutside.known(jail.name(), context)) {
        names.add(call.call());
      }
    }
    return names;
  }

  private static void writeJson(List<JailStatus> jails, Accounts accounts, Context context)
      throws IOException {
    JsonText.writeObject(
        new OutputStreamWriter(context.out(), StandardCharsets.UTF_8),
        json -> {
          json.writeArrayFieldStart("jails");
          for (JailStatus jail : jails) {
            json.writeStartObject();
            writeJail(jail, accounts, json);
            writeStale(jail, context, json);
            json.writeEndObject();
          }
          json.writeEndArray();
        });
  }

  private static void writeJail(JailStatus jail, Accounts accounts, JsonGenerator json)
      throws IOException {
    json.writeStringField("name", jail.name());
    json.writeStringField("state", jail.state().word());
    json.writeNumberField("current_generation", jail.current());
    RunState noted = jail.noted();
    ProcessStatus process = jail.process();
    if (noted == null || process == null) {
      return;
    }
    json.writeNumberField("pid", process.pid());
    json.writeStringField("user", accounts.user(noted.uid()));
    json.writeNumberField("uid", noted.uid());
    json.writeNumberField("generation", noted.generation());
    json.writeStringField("since", Instant.ofEpochSecond(noted.startedAt()).toString());
    json.writeNumberField("memory_kib", jail.memoryKib());
    json.writeArrayFieldStart("listening");
    for (String address : jail.listening()) {
      json.writeString(address);
    }
    json.writeEndArray();
    json.writeStringField("root", noted.root());
    json.writeBooleanField("root_verified", jail.rootHolds());
    json.writeArrayFieldStart("outside");
    for (ProcessStatus stray : jail.strays()) {
      json.writeNumber(stray.pid());
    }
    json.writeEndArray();
  }

  private static void writeStale(JailStatus jail, Context context, JsonGenerator json)
      throws IOException {
    String stale =
        jail.current() == 0 ? null : Staleness.ifReadable(jail.name(), jail.current(), context);
    json.writeBooleanField("stale", stale != null);
    json.writeStringField("stale_because", stale);
    json.writeArrayFieldStart("replaced");
    for (String path : ReplacedFiles.of(jail, context)) {
      json.writeString(path);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("calls_outside");
    for (String call : callsOutside(jail, context)) {
      json.writeString(call);
    }
    json.writeEndArray();
  }

  private static String local(long seconds) {
    return DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss")
        .format(Instant.ofEpochSecond(seconds).atZone(ZoneId.systemDefault()));
  }

  private static String memory(long kib) {
    return kib < 10 * 1024 ? kib + " KiB" : (kib + 512) / 1024 + " MiB";
  }
}
