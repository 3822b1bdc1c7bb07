package brig.cli.trace;

import brig.cli.command.Command;
import brig.cli.command.Context;
import brig.linux.Errno;
import brig.linux.LinuxException;
import brig.linux.Stat;
import brig.report.BrigException;
import brig.report.Problem;
import brig.trace.TracedProgram;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code brig trace}: which files a program asks for, and what it gets. */
public final class TraceCommand implements Command {
  @Override
  public void declare(CommandSpec spec) {
    spec.usageMessage()
        .description(
            "Show which files a program asks for, what it gets, and where that comes from.",
            "Run COMMAND, or watch a running service with all of its processes and threads"
                + " until Ctrl-C. The command keeps its own input and output; what Brig has to"
                + " tell goes to standard error or to FILE.")
        .footer(
            "",
            "Exit status: the command's (128 and the signal that killed it); with --pid 0; 100"
                + " wrong usage; 111 when the command cannot be executed, or the process not be"
                + " traced.");
    spec.addOption(
        OptionSpec.builder("--pid")
            .paramLabel("PID")
            .type(List.class)
            .auxiliaryTypes(Integer.class)
            .arity("1")
            .description("Watch this process and all that descend from it; may be repeated.")
            .build());
    spec.addOption(
        OptionSpec.builder("--as")
            .paramLabel("USER")
            .type(String.class)
            .description("Run COMMAND as this user, with the user's groups.")
            .build());
    spec.addOption(
        OptionSpec.builder("-o", "--output")
            .paramLabel("FILE")
            .type(String.class)
            .description("Write the report there instead of to standard error.")
            .build());
    spec.addOption(
        OptionSpec.builder("--summary")
            .type(boolean.class)
            .description("Only how many paths there were, by package and by kind.")
            .build());
    spec.addOption(
        OptionSpec.builder("--json")
            .type(boolean.class)
            .description("One JSON object for each call, in a line, as it happens.")
            .build());
    spec.addPositional(
        PositionalParamSpec.builder()
            .index("0..*")
            .paramLabel("COMMAND")
            .arity("0..*")
            .type(List.class)
            .auxiliaryTypes(String.class)
            .description("After --: the program and its arguments.")
            .build());
    spec.parser().stopAtPositional(true);
  }

  @Override
  public int run(ParseResult arguments, Context context) throws BrigException, IOException {
    List<String> command = arguments.matchedPositionalValue(0, List.of());
    List<Integer> pids = arguments.matchedOptionValue("--pid", List.of());
    @Nullable String user = arguments.matchedOptionValue("--as", null);
    boolean json = arguments.matchedOptionValue("--json", false);
    boolean summary = arguments.matchedOptionValue("--summary", false);
    check(command, pids, user, json && summary);
    @Nullable String file = arguments.matchedOptionValue("--output", null);
    try (TraceOutput output = TraceOutput.of(file, json, summary, context)) {
      TraceSession session = new TraceSession(output, context);
      if (!pids.isEmpty()) {
        return session.watch(pids);
      }
      Map<String, String> environment = InheritedEnvironment.of(context.environment());
      List<String> argv = new ArrayList<>(command);
      String program = find(argv.getFirst(), environment.get("PATH"));
      TracedProgram.Identity identity = user == null ? null : TracedUser.of(user, context.host());
      return session.run(program, argv, environment, identity);
    }
  }

  private static void check(
      List<String> command, List<Integer> pids, @Nullable String user, boolean both)
      throws BrigException {
    if (command.isEmpty() == pids.isEmpty()) {
      throw BrigException.usage(
          Problem.of(
                  command.isEmpty()
                      ? "brig trace: there is nothing to trace"
                      : "brig trace: --pid and a command exclude each other")
              .remedy("Give a command after --, or --pid PID."));
    }
    if (user != null && command.isEmpty()) {
      throw BrigException.usage(
          Problem.of("brig trace: --as is for a command")
              .remedy("A running process stays what it is."));
    }
    if (both) {
      throw BrigException.usage(
          Problem.of("brig trace: --json and --summary exclude each other")
              .remedy("The JSON has every call; count what you need."));
    }
  }

  /** As a shell finds it. */
  private static String find(String name, @Nullable String path)
      throws BrigException, LinuxException {
    if (name.indexOf('/') >= 0) {
      return name;
    }
    for (String directory : (path == null ? "/usr/bin:/bin" : path).split(":", -1)) {
      String candidate = (directory.isEmpty() ? "." : directory) + "/" + name;
      try {
        Stat stat = name.isEmpty() ? null : Stat.of(candidate);
        if (stat != null && stat.type() == Stat.S_IFREG && (stat.mode() & 0111) != 0) {
          return candidate;
        }
      } catch (LinuxException e) {
        if (e.errno() != Errno.EACCES && e.errno() != Errno.ENOTDIR) {
          throw e;
        }
      }
    }
    throw BrigException.refused(
        Problem.of("cannot execute " + name)
            .answered("no directory of PATH has such a program")
            .remedy("Give its path."));
  }
}
