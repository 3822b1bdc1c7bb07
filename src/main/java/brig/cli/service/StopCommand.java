package brig.cli.service;

import brig.cli.command.Command;
import brig.cli.command.Context;
import brig.cli.jail.JailNames;
import brig.cli.jail.OpenJail;
import brig.launch.service.JailGroup;
import brig.launch.service.RunState;
import brig.launch.service.Running;
import brig.launch.service.Stopping;
import brig.linux.Fd;
import brig.linux.HostFiles;
import brig.linux.ProcessStatus;
import brig.report.BrigException;
import brig.report.ExitCode;
import brig.report.Printable;
import brig.report.Problem;
import brig.tree.JailPaths;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code brig stop NAME... [--timeout SECONDS]}. */
public final class StopCommand implements Command {
  @Override
  public void declare(CommandSpec spec) {
    spec.usageMessage()
        .description(
            "Stop services, and every process of their jails.",
            "Stopping what does not run is no mistake: exit status 0.");
    spec.addOption(
        OptionSpec.builder("-t", "--timeout")
            .paramLabel("SECONDS")
            .type(Integer.class)
            .description("How long to wait before killing; otherwise as the jailfile says.")
            .build());
    spec.addPositional(
        PositionalParamSpec.builder()
            .paramLabel("NAME")
            .arity("1..*")
            .type(List.class)
            .auxiliaryTypes(String.class)
            .description("A jail, or the path of its jailfile.")
            .build());
  }

  @Override
  public int run(ParseResult arguments, Context context) throws BrigException, IOException {
    Integer seconds = arguments.matchedOptionValue("--timeout", (Integer) null);
    if (seconds != null && seconds < 0) {
      throw BrigException.usage(Problem.of("--timeout takes a number of seconds, not " + seconds));
    }
    List<String> asked = arguments.matchedPositionalValue(0, List.of());
    int status = ExitCode.OK.status();
    for (String name : JailNames.known(asked, context.paths())) {
      status = Math.max(status, stop(name, seconds == null ? -1 : seconds * 1000L, context));
    }
    return status;
  }

  private static int stop(String name, long millis, Context context)
      throws BrigException, IOException {
    JailPaths paths = context.paths();
    String shown = Printable.text(name);
    OpenJail.orTell(name, context);
    RunState state = RunState.read(paths.state(name));
    if (state == null) {
      context.out().println(shown + ": not running");
      return ExitCode.OK.status();
    }
    try (Fd lock = HostFiles.lock(paths.lock(name))) {
      if (lock == null) {
        throw BrigException.refused(
            Problem.of("cannot stop " + name)
                .answered("it is just being started")
                .remedy("Try again in a moment."));
      }
      ProcessStatus first = Running.find(state);
      if (first == null) {
        HostFiles.delete(paths.state(name));
        context.out().println(shown + ": not running; process " + state.pid() + " has ended");
        return ExitCode.OK.status();
      }
      Stopping.Outcome outcome =
          Stopping.stop(state, first, millis < 0 ? state.stopMillis() : millis);
      if (outcome.left() > 0) {
        throw BrigException.refused(
            Problem.of("cannot stop " + name)
                .answered(outcome.left() + " of its processes did not end even when killed")
                .remedy("They wait in the kernel, mostly for a disk: see brig status " + name));
      }
      HostFiles.delete(paths.state(name));
      JailGroup.remove(name, paths);
      context.out().println(shown + ": " + told(outcome));
      return ExitCode.OK.status();
    }
  }

  private static String told(Stopping.Outcome outcome) {
    String process = " (process " + outcome.pid() + ")";
    if (outcome.asked() == null) {
      return "killed, for it has no handler for its stop signal" + process;
    }
    return outcome.killed()
        ? "killed, for it did not end by " + outcome.asked() + " in time" + process
        : "stopped by " + outcome.asked() + process;
  }
}
