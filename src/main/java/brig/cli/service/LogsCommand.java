package brig.cli.service;

import brig.cli.command.Command;
import brig.cli.command.Context;
import brig.cli.jail.JailNames;
import brig.launch.service.OutputLog;
import brig.linux.Terminal;
import brig.report.BrigException;
import brig.report.ExitCode;
import brig.report.Printable;
import brig.report.Problem;
import brig.tree.JailVolume;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code brig logs NAME [-f] [-n LINES] [--calls [--json]]}. */
public final class LogsCommand implements Command {
  private static final int DEFAULT_LINES = 40;
  private static final long LOOK_AGAIN_MILLIS = 200;

  @Override
  public void declare(CommandSpec spec) {
    spec.usageMessage()
        .description(
            "Show the end of what a detached service printed.",
            "On a terminal, control characters are shown as escapes; a file or pipe gets the"
                + " bytes.");
    spec.addOption(
        OptionSpec.builder("-f", "--follow")
            .description(
                "Go on as more is printed; with --calls: tell each call as it is made, losing"
                    + " none.")
            .build());
    spec.addOption(
        OptionSpec.builder("-n", "--lines")
            .paramLabel("LINES")
            .type(Integer.class)
            .description("How many lines (" + DEFAULT_LINES + ").")
            .build());
    spec.addOption(
        OptionSpec.builder("--calls")
            .description(
                "Instead, the system calls outside its profile ([seccomp]) that the service made,"
                    + " as the kernel's log tells.")
            .build());
    spec.addOption(OptionSpec.builder("--json").description("With --calls: for scripts.").build());
    spec.addPositional(
        PositionalParamSpec.builder()
            .paramLabel("NAME")
            .arity("1")
            .type(String.class)
            .description("A jail, or the path of its jailfile.")
            .build());
  }

  @Override
  public int run(ParseResult arguments, Context context) throws BrigException, IOException {
    int lines = arguments.matchedOptionValue("--lines", DEFAULT_LINES);
    if (lines < 0) {
      throw BrigException.usage(Problem.of("--lines takes a number of lines, not " + lines));
    }
    String argument = arguments.matchedPositionalValue(0, "");
    String name = JailNames.known(List.of(argument), context.paths()).getFirst();
    JailVolume.open(context.paths(), name);
    boolean json = arguments.hasMatchedOption("--json");
    if (arguments.hasMatchedOption("--calls") && arguments.hasMatchedOption("--follow")) {
      if (json) {
        throw BrigException.usage(
            Problem.of("--json does not go with --follow")
                .remedy("Each new call is one line of text."));
      }
      CallsOutside.follow(argument, context);
      return ExitCode.OK.status();
    }
    if (arguments.hasMatchedOption("--calls")) {
      CallsOutside calls = CallsOutside.of(argument, context);
      if (json) {
        calls.writeJson(context);
      } else {
        calls.print(context);
      }
      return ExitCode.OK.status();
    }
    if (json) {
      throw BrigException.usage(
          Problem.of("--json goes with --calls").remedy("What a service prints is text."));
    }
    OutputLog log = new OutputLog(context.paths().outputLog(name));
    boolean follow = arguments.hasMatchedOption("--follow");
    if (!log.exists() && !follow) {
      context.err().println(name + " has printed nothing: it was never run with -d");
      return ExitCode.OK.status();
    }
    boolean plain = !Terminal.is(1);
    long at = !log.exists() ? 0 : lines == 0 ? log.size() : log.startOfLast(lines);
    at = print(log, at, plain, context);
    while (follow) {
      try {
        Thread.sleep(LOOK_AGAIN_MILLIS);
      } catch (InterruptedException e) {
        break;
      }
      // Shorter than before: it was put aside for a new one.
      at = log.size() < at ? 0 : at;
      at = print(log, at, plain, context);
    }
    return ExitCode.OK.status();
  }

  private static long print(OutputLog log, long from, boolean plain, Context context)
      throws IOException {
    long at = from;
    while (at < log.size()) {
      byte[] bytes = log.readFrom(at);
      if (bytes.length == 0) {
        break;
      }
      at += bytes.length;
      if (plain) {
        context.out().write(bytes, 0, bytes.length);
      } else {
        context.out().print(harmless(bytes));
      }
    }
    context.out().flush();
    return at;
  }

  /** Line by line with every terminal escape made visible; tabs stay. */
  static String harmless(byte[] bytes) {
    StringBuilder safe = new StringBuilder(bytes.length + 16);
    String text = new String(bytes, StandardCharsets.UTF_8);
    int start = 0;
    for (int i = 0; i <= text.length(); i++) {
      boolean end = i == text.length();
      if (end || text.charAt(i) == '\n' || text.charAt(i) == '\t') {
        safe.append(Printable.text(text.substring(start, i)));
        if (!end) {
          safe.append(text.charAt(i));
        }
        start = i + 1;
      }
    }
    return safe.toString();
  }
}
