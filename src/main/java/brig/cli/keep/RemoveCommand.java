package brig.cli.keep;

import brig.cli.command.Command;
import brig.cli.command.Context;
import brig.cli.command.TerminalProgress;
import brig.cli.jail.JailArgument;
import brig.cli.jail.JailNames;
import brig.cli.jail.ReadyJail;
import brig.launch.service.RunState;
import brig.launch.service.Running;
import brig.linux.Fd;
import brig.linux.HostFiles;
import brig.linux.ProcessStatus;
import brig.linux.Stat;
import brig.linux.Terminal;
import brig.report.BrigException;
import brig.report.ExitCode;
import brig.report.Problem;
import brig.tree.JailPaths;
import brig.tree.Removal;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code brig remove NAME}: see docs/remove.md. */
public final class RemoveCommand implements Command {
  private final Person person;

  /** Who is asked. */
  @FunctionalInterface
  interface Person {
    /** True only when they said so; nobody there to be asked has not. */
    boolean agrees(String question, Context context) throws IOException;
  }

  public RemoveCommand() {
    this(RemoveCommand::ask);
  }

  RemoveCommand(Person person) {
    this.person = person;
  }

  @Override
  public void declare(CommandSpec spec) {
    spec.usageMessage()
        .description(
            "Remove a jail: all of its generations, and what the service has written only when"
                + " asked to.",
            "The jailfile stays, so that brig build makes the jail anew. Refused while the service"
                + " runs.");
    spec.addOption(
        OptionSpec.builder("--keep-data")
            .description("Keep the writable places, and do not ask.")
            .build());
    spec.addOption(
        OptionSpec.builder("--yes")
            .description("Remove the writable places with all that is in them, and do not ask.")
            .build());
    spec.addPositional(JailArgument.one());
  }

  @Override
  public int run(ParseResult arguments, Context context) throws BrigException, IOException {
    boolean yes = arguments.hasMatchedOption("--yes");
    boolean keep = arguments.hasMatchedOption("--keep-data");
    if (yes && keep) {
      throw BrigException.usage(
          Problem.of("--yes and --keep-data say the opposite of each other")
              .remedy("--keep-data alone asks nothing either."));
    }
    String argument = arguments.matchedPositionalValue(0, "");
    JailPaths paths = context.paths();
    String name = JailNames.known(List.of(argument), paths).getFirst();
    ReadyJail.requireRoot("remove " + name);
    HostFiles.createDirectories(paths.run(), 0755);
    try (Fd starting = HostFiles.lock(paths.lock(name))) {
      if (starting == null) {
        throw BrigException.refused(
            Problem.of("cannot remove " + name)
                .answered("it is being started or stopped just now")
                .remedy("Try again in a moment."));
      }
      refuseRunning(name, paths);
      if (yes && Removal.removeClosed(paths, name)) {
        context
            .out()
            .println(name + ": removed its file system, which could not be opened, with all in it");
      } else {
        remove(name, yes, keep, context);
      }
      HostFiles.delete(paths.state(name));
    }
    if (Stat.of(paths.jailfile(name)) != null) {
      context.out().println(name + ": the jailfile stays: " + paths.jailfile(name));
    }
    return ExitCode.OK.status();
  }

  private void remove(String name, boolean yes, boolean keep, Context context)
      throws BrigException, IOException {
    JailPaths paths = context.paths();
    try (Removal removal = Removal.of(paths, name, new TerminalProgress(name, context))) {
      remove(removal, name, yes, keep, context);
    }
  }

  private static void refuseRunning(String name, JailPaths paths)
      throws BrigException, IOException {
    RunState state = RunState.read(paths.state(name));
    ProcessStatus running = state == null ? null : Running.find(state);
    if (running != null) {
      throw BrigException.refused(
          Problem.of("cannot remove " + name)
              .answered("it is running, pid " + running.pid())
              .remedy("Stop it first: brig stop " + name + "."));
    }
  }

  private void remove(Removal removal, String name, boolean yes, boolean keep, Context context)
      throws IOException {
    int generations = removal.generations();
    Removal.Data data = removal.data();
    boolean keeps = !yes && !data.isEmpty() && (keep || !agrees(removal, name, data, context));
    removal.remove(keeps);
    String what = generations == 1 ? "1 generation" : generations + " generations";
    context
        .out()
        .println(
            name
                + ": removed "
                + what
                + (keeps || data.isEmpty()
                    ? ""
                    : ", and what the service had written (" + data.text() + ")"));
    if (keeps) {
      context
          .out()
          .println(
              name
                  + ": what the service has written stays ("
                  + data.text()
                  + "): "
                  + removal.dataPath()
                  + (keep ? "" : "; brig remove --yes " + name + " removes it too"));
    }
  }

  private boolean agrees(Removal removal, String name, Removal.Data data, Context context)
      throws IOException {
    return person.agrees(
        name
            + ": remove what the service has written too ("
            + data.text()
            + " in "
            + removal.dataPath()
            + ")? [y/N] ",
        context);
  }

  private static boolean ask(String question, Context context) throws IOException {
    if (!context.terminal() || !Terminal.is(0)) {
      return false;
    }
    context.err().print(question);
    context.err().flush();
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    String answer = in.readLine();
    String word = answer == null ? "" : answer.strip().toLowerCase(Locale.ROOT);
    return word.equals("y") || word.equals("yes");
  }
}
