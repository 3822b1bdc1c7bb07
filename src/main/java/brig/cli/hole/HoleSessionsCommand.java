package brig.cli.hole;

import brig.cli.command.Command;
import brig.cli.command.Context;
import brig.cli.command.Declared;
import brig.cli.command.Table;
import brig.hole.job.Hole;
import brig.hole.listener.SessionStores;
import brig.hole.session.SessionDesk;
import brig.hole.session.SessionDesk.Verb;
import brig.hole.session.SessionLine;
import brig.hole.session.SessionStore;
import brig.report.BrigException;
import brig.report.ExitCode;
import brig.report.JsonText;
import brig.report.Problem;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code brig hole sessions}: see docs/hole-sessions.md. */
public final class HoleSessionsCommand implements Command {
  private static final Map<String, Verb> ENDING =
      Map.of(
          "--end", Verb.END,
          "--end-user", Verb.END_USER,
          "--disable", Verb.DISABLE,
          "--enable", Verb.ENABLE);

  @Override
  public void declare(CommandSpec spec) {
    spec.usageMessage()
        .description(
            "List who is logged in at the holes of a jail, or end sessions.",
            "Asks the running listener; where none runs, its file is read and changed here."
                + " Sessions in PostgreSQL are asked there.")
        .footer("", "Exit status: 0; 1 when there was nothing to end.");
    spec.addOption(Declared.text("--end", "ID", "End the session that the list calls so."));
    spec.addOption(Declared.text("--end-user", "USER", "End all sessions of a user."));
    spec.addOption(
        Declared.text("--disable", "USER", "The same, and refuse every login of the user."));
    spec.addOption(Declared.text("--enable", "USER", "Let the user log in again."));
    spec.addOption(Declared.flag("--visitors", "List those too who have not logged in."));
    spec.addOption(Declared.flag("--json", "Print JSON."));
    spec.addPositional(Declared.name("What brig hole serve was given: a jail, or a hole's file."));
  }

  @Override
  public int run(ParseResult arguments, Context context) throws BrigException, IOException {
    String argument = arguments.matchedPositionalValue(0, "");
    List<HoleFiles.Named> holes = HoleFiles.of(List.of(argument), context.paths());
    if (holes.isEmpty()) {
      throw BrigException.usage(
          Problem.of("jail " + argument + " has no holes")
              .remedy("Write [holes] in its jailfile: docs/hole.md."));
    }
    String given = "";
    for (String name : ENDING.keySet()) {
      if (arguments.hasMatchedOption(name)) {
        if (!given.isEmpty()) {
          throw BrigException.usage(
              Problem.of("only one of --end, --end-user, --disable and --enable at a time"));
        }
        given = name;
      }
    }
    Verb verb = ENDING.get(given);
    return verb == null
        ? list(holes, argument, arguments, context)
        : end(holes, argument, verb, arguments.matchedOptionValue(given, ""), context);
  }

  private static int end(
      List<HoleFiles.Named> holes, String argument, Verb verb, String whom, Context context)
      throws BrigException {
    int ended = 0;
    for (HoleFiles.Named named : holes) {
      for (String count : ask(named, argument, verb, whom, context)) {
        ended += Integer.parseInt(count);
      }
    }
    switch (verb) {
      case ENABLE -> context.out().println(whom + " may log in again");
      case DISABLE ->
          context.out().println(whom + " may not log in any more; sessions ended: " + ended);
      case END, END_USER, LIST -> context.out().println("sessions ended: " + ended);
    }
    boolean nothing = ended == 0 && (verb == Verb.END || verb == Verb.END_USER);
    return (nothing ? ExitCode.FINDINGS : ExitCode.OK).status();
  }

  private static List<String> ask(
      HoleFiles.Named named, String argument, Verb verb, String whom, Context context)
      throws BrigException {
    Hole hole = named.read();
    boolean database = hole.sessions() != null && hole.sessions().database() != null;
    if (!database) {
      String state = HoleListeners.state(context.paths(), HoleListeners.name(argument));
      List<String> said = SessionDesk.ask(HoleBeside.desk(state), hole.name(), verb, whom);
      if (said != null) {
        return said;
      }
    }
    try (SessionStores stores = new SessionStores(context.paths().lib() + "/holes");
        SessionStore store = stores.store(hole)) {
      return SessionDesk.carryOut(store, verb, whom);
    }
  }

  private static int list(
      List<HoleFiles.Named> holes, String argument, ParseResult arguments, Context context)
      throws BrigException, IOException {
    boolean visitors = arguments.hasMatchedOption("--visitors");
    Map<String, List<SessionLine>> all = new LinkedHashMap<>();
    for (HoleFiles.Named named : holes) {
      List<SessionLine> lines = new ArrayList<>();
      for (String line : ask(named, argument, Verb.LIST, "", context)) {
        SessionLine session = SessionLine.read(line);
        if (visitors || !session.account().isEmpty()) {
          lines.add(session);
        }
      }
      all.put(named.name(), lines);
    }
    if (arguments.hasMatchedOption("--json")) {
      writeJson(all, context);
    } else {
      print(all, context);
    }
    return ExitCode.OK.status();
  }

  private static void writeJson(Map<String, List<SessionLine>> all, Context context)
      throws IOException {
    JsonText.writeObject(
        new OutputStreamWriter(context.out(), StandardCharsets.UTF_8),
        json -> {
          json.writeArrayFieldStart("sessions");
          for (Map.Entry<String, List<SessionLine>> hole : all.entrySet()) {
            for (SessionLine session : hole.getValue()) {
              json.writeStartObject();
              json.writeStringField("hole", hole.getKey());
              json.writeStringField("id", session.id());
              @Nullable String user = session.account().isEmpty() ? null : session.account();
              json.writeStringField("user", user);
              json.writeStringField("from", session.peer());
              json.writeStringField("since", Instant.ofEpochMilli(session.created()).toString());
              json.writeStringField("used", Instant.ofEpochMilli(session.seen()).toString());
              json.writeEndObject();
            }
          }
          json.writeEndArray();
        });
  }

  private static void print(Map<String, List<SessionLine>> all, Context context) {
    Table table = new Table(List.of("HOLE", "ID", "USER", "FROM", "SINCE", "USED"));
    boolean any = false;
    for (Map.Entry<String, List<SessionLine>> hole : all.entrySet()) {
      for (SessionLine session : hole.getValue()) {
        any = true;
        table.row(
            hole.getKey(),
            session.id(),
            session.account().isEmpty() ? "-" : session.account(),
            session.peer().isEmpty() ? "-" : session.peer(),
            seconds(session.created()),
            seconds(session.seen()));
      }
    }
    if (any) {
      table.print(context.out());
    } else {
      context.out().println("nobody is logged in");
    }
  }

  private static String seconds(long millis) {
    return Instant.ofEpochSecond(millis / 1000).toString();
  }
}
