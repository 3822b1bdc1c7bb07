package brig.cli.hole;

import brig.cli.command.Command;
import brig.cli.command.Context;
import brig.cli.command.Declared;
import brig.cli.jail.Jailfiles;
import brig.hole.door.DoorLimits;
import brig.hole.http.HttpAddress;
import brig.hole.job.Hole;
import brig.hole.listener.Listener;
import brig.hole.listener.Order;
import brig.hole.listener.Served;
import brig.hole.listener.SessionStores;
import brig.hole.run.HostUsers;
import brig.hole.run.StepUsers;
import brig.linux.HostFiles;
import brig.linux.LinuxException;
import brig.linux.ProcessStatus;
import brig.report.BrigException;
import brig.report.ExitCode;
import brig.report.Printable;
import brig.report.Problem;
import brig.spec.Located;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code brig hole serve}: the listener. */
public final class HoleServeCommand implements Command {
  private static final int GRACE_SECONDS = 10;
  private static final int REQUEST_SECONDS = 30;

  @Override
  public void declare(CommandSpec spec) {
    spec.usageMessage()
        .description(
            "Serve the holes of a jail, in the foreground, until SIGTERM.",
            "SIGHUP reads the configuration anew; a wrong one is told, and the old one stays. After"
                + " SIGTERM calls may go on for a while, after a second one they are ended.");
    spec.addOption(
        Declared.text(
            "--at", "DIRECTORY", "Where the doors of a hole are made that is named by its file."));
    spec.addOption(
        Declared.text(
            "--log", "WHERE", "The audit log: a path, syslog or journald (LIB/holes/NAME.log)."));
    spec.addOption(
        Declared.text(
            "--http",
            "ADDRESS:PORT",
            "Show the forms of the hole by HTTP too, on a loopback address, from a jailed"
                + " process."));
    spec.addOption(seconds("--grace", "How long calls may go on after SIGTERM", GRACE_SECONDS));
    spec.addOption(
        seconds("--request-time", "Within what time a request must be whole", REQUEST_SECONDS));
    spec.addOption(
        seconds("--reply-time", "Within what time an answer must be taken", REQUEST_SECONDS));
    spec.addPositional(
        Declared.name("A jail, the path of its jailfile, or with --at that of a hole's file."));
  }

  private static OptionSpec seconds(String name, String what, int usual) {
    return Declared.number(name, "SECONDS", what + " (" + usual + ").");
  }

  private static long millis(ParseResult arguments, String option, int usual) throws BrigException {
    int seconds = arguments.matchedOptionValue(option, usual);
    if (seconds < 1 || seconds > 86_400) {
      throw BrigException.usage(Problem.of(option + " takes 1 to 86400 seconds, not " + seconds));
    }
    return seconds * 1000L;
  }

  @Override
  public int run(ParseResult arguments, Context context) throws BrigException, IOException {
    String argument = arguments.matchedPositionalValue(0, "");
    String name = HoleListeners.name(argument);
    String log = arguments.matchedOptionValue("--log", HoleListeners.log(context.paths(), name));
    DoorLimits usual = DoorLimits.USUAL;
    DoorLimits limits =
        new DoorLimits(
            usual.connections(),
            usual.connectionsOfUser(),
            millis(arguments, "--request-time", REQUEST_SECONDS),
            millis(arguments, "--reply-time", REQUEST_SECONDS),
            usual.inFlight(),
            usual.buffered(),
            usual.caps());
    if (ProcessStatus.effectiveUid() != 0) {
      throw BrigException.refused(
          Problem.of("cannot serve the holes of " + argument)
              .answered("this is not root")
              .remedy("Programs of a hole run as other users: use sudo or a system service."));
    }
    String sessions = context.paths().lib() + "/holes";
    HostFiles.createDirectories(sessions, 0755);
    try (SessionStores stores = new SessionStores(sessions)) {
      AtomicReference<@Nullable BrigException> failure = new AtomicReference<>();
      Listener.serve(order(arguments, context, limits, log, stores, failure));
      BrigException why = failure.get();
      if (why != null) {
        throw why;
      }
    }
    return ExitCode.OK.status();
  }

  private static Order order(
      ParseResult arguments,
      Context context,
      DoorLimits limits,
      String log,
      SessionStores stores,
      AtomicReference<@Nullable BrigException> failure)
      throws BrigException {
    String argument = arguments.matchedPositionalValue(0, "");
    @Nullable String at = arguments.matchedOptionValue("--at", null);
    String name = HoleListeners.name(argument);
    String state = HoleListeners.state(context.paths(), name);
    String http = arguments.matchedOptionValue("--http", "");
    Order.Teller teller =
        new Order.Teller() {
          @Override
          public void say(String text) {
            context.err().println("brig: " + Printable.text(text));
          }

          @Override
          public void problem(Problem problem) {
            context.err().println("brig: " + problem.text());
          }
        };
    return new Order(
        name,
        users -> served(argument, at, context, users),
        log,
        state,
        limits,
        millis(arguments, "--grace", GRACE_SECONDS),
        stores,
        teller,
        new HoleBeside(
            HoleBeside.desk(state),
            stores,
            http.isEmpty() ? null : HttpAddress.read(http),
            teller,
            failure));
  }

  private static List<Served> served(
      String argument, @Nullable String at, Context context, HostUsers users) throws BrigException {
    List<Served> served = new ArrayList<>();
    List<Problem> problems = new ArrayList<>();
    try {
      for (HoleFiles.Named named : HoleFiles.of(List.of(argument), context.paths())) {
        try {
          Hole hole = named.read();
          problems.addAll(StepUsers.unknown(hole, users));
          served.add(
              new Served(
                  hole, directory(named, at, argument, context), callers(hole, named, users)));
        } catch (BrigException e) {
          problems.addAll(e.problems());
        }
      }
    } catch (LinuxException e) {
      throw BrigException.refused(e.problem("cannot read the holes of " + argument));
    }
    if (problems.isEmpty() && served.isEmpty()) {
      problems.add(
          Problem.of("jail " + argument + " has no holes")
              .remedy("Write [holes] in its jailfile: docs/hole.md."));
    }
    if (!problems.isEmpty()) {
      throw new BrigException(ExitCode.USAGE, problems);
    }
    return served;
  }

  private static String directory(
      HoleFiles.Named named, @Nullable String at, String argument, Context context)
      throws BrigException {
    if (named.place() == null) {
      if (at == null) {
        throw BrigException.usage(
            Problem.of("where is hole " + named.name() + " to be opened?")
                .remedy("Add --at DIRECTORY, or name its jail instead of its file."));
      }
      return at;
    }
    String jail = Jailfiles.nameOf(argument);
    return at != null ? at : context.paths().writable(jail) + named.place().value().directory();
  }

  private static Set<Integer> callers(Hole hole, HoleFiles.Named named, HostUsers users)
      throws BrigException {
    Set<Integer> uids = new HashSet<>();
    List<Problem> unknown = new ArrayList<>();
    for (Located<String> caller : hole.callers()) {
      int uid = users.uid(caller.value());
      if (uid < 0) {
        unknown.add(
            Problem.of("there is no user '" + caller.value() + "' who could call").at(caller.at()));
      } else {
        uids.add(uid);
      }
    }
    if (uids.isEmpty() && unknown.isEmpty() && named.jailUser() != null) {
      int uid = users.uid(named.jailUser());
      if (uid >= 0) {
        uids.add(uid);
      }
    }
    if (!unknown.isEmpty()) {
      throw new BrigException(ExitCode.USAGE, unknown);
    }
    if (uids.isEmpty()) {
      throw BrigException.usage(
          Problem.of("nobody may call hole " + hole.name())
              .remedy("Write callers = [\"www-data\"] in " + hole.file() + "."));
    }
    return uids;
  }
}
