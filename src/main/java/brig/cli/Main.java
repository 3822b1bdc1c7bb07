package brig.cli;

import brig.cli.command.Command;
import brig.cli.command.Context;
import brig.cli.host.LiveHost;
import brig.linux.Binding;
import brig.linux.Errno;
import brig.linux.LinuxException;
import brig.linux.ProcessStatus;
import brig.report.BrigException;
import brig.report.ExitCode;
import brig.report.Printable;
import brig.report.Problem;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** {@code brig COMMAND ...}. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    Binding.loadInBackground();
    Context context =
        Context.of(
            stream(FileDescriptor.out),
            stream(FileDescriptor.err),
            System.getenv(),
            new LiveHost(),
            Boolean.getBoolean("brig.terminal"),
            Main::run);
    int status = run(Arguments.asGiven(arguments), context);
    context.out().flush();
    context.err().flush();
    // halt, not exit: no hook is registered, and a service's start should not wait for threads.
    Runtime.getRuntime().halt(status);
  }

  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }

  /** Runs one command line and tells its failure, whatever it is; never throws. */
  public static int run(String[] arguments, Context context) {
    try {
      return dispatch(arguments, context);
    } catch (BrigException e) {
      for (Problem problem : e.problems()) {
        tell(context, problem);
      }
      return e.exitCode().status();
    } catch (LinuxException e) {
      String on = e.path() == null ? "" : " " + e.path();
      Problem problem = e.problem("cannot " + e.call() + on);
      boolean refused = e.errno() == Errno.EACCES || e.errno() == Errno.EPERM;
      boolean root = ProcessStatus.effectiveUid() == 0;
      tell(context, refused && !root ? problem.remedy("Run it as root (sudo brig ...).") : problem);
      return ExitCode.REFUSED.status();
    } catch (IOException e) {
      tell(context, Problem.of("cannot read or write").answered(String.valueOf(e.getMessage())));
      return ExitCode.REFUSED.status();
    } catch (RuntimeException | Error e) {
      return tellBug(e, context);
    }
  }

  private static void tell(Context context, Problem problem) {
    context.err().println("brig: " + problem.text());
  }

  private static int tellBug(Throwable bug, Context context) {
    StackTraceElement[] trace = bug.getStackTrace();
    String where = trace.length == 0 ? "" : " at " + trace[0];
    context.err().println("brig: this is a bug in Brig: " + Printable.text(bug + where));
    context.err().println("brig: please report it; BRIG_DEBUG=1 prints more");
    if (context.environment().containsKey("BRIG_DEBUG")) {
      bug.printStackTrace(context.err());
    }
    return ExitCode.BUG.status();
  }

  private static int dispatch(String[] arguments, Context context)
      throws BrigException, IOException {
    String name = arguments.length == 0 ? "--help" : Commands.named(arguments, 0);
    int words = name.indexOf(' ') < 0 ? 1 : 2;
    switch (name) {
      case "-h", "--help", "help" -> {
        Help.print(context.out(), arguments.length > 1 ? Commands.named(arguments, 1) : null);
        return ExitCode.OK.status();
      }
      case "-V", "--version" -> {
        context.out().println("brig " + Help.version());
        return ExitCode.OK.status();
      }
      default -> {}
    }
    @Nullable Supplier<Command> supplier = Commands.all().get(name);
    if (supplier == null) {
      throw BrigException.usage(Help.noCommand(name));
    }
    Command command = supplier.get();
    CommandLine line = lineOf(name, command);
    ParseResult parsed;
    try {
      parsed = line.parseArgs(Arrays.copyOfRange(arguments, words, arguments.length));
    } catch (ParameterException e) {
      throw BrigException.usage(
          Problem.of("brig " + name + ": " + lowerFirst(String.valueOf(e.getMessage())))
              .remedy("See: brig " + name + " --help."));
    }
    if (parsed.hasMatchedOption("--help")) {
      line.usage(context.out());
      return ExitCode.OK.status();
    }
    requireAll(name, line.getCommandSpec(), parsed);
    return command.run(parsed, context);
  }

  private static void requireAll(String name, CommandSpec spec, ParseResult parsed)
      throws BrigException {
    for (CommandLine.Model.PositionalParamSpec wanted : spec.positionalParameters()) {
      if (wanted.arity().min() > 0 && !parsed.hasMatchedPositional(wanted)) {
        throw BrigException.usage(
            Problem.of("brig " + name + " wants " + wanted.paramLabel())
                .remedy("See: brig " + name + " --help."));
      }
    }
  }

  /**
   * Makes the lists of repeated arguments, and nothing by reflection. picocli's own factory looks
   * for Groovy on the class path, which opens every jar at every start.
   */
  private static final CommandLine.IFactory FACTORY =
      new CommandLine.IFactory() {
        @Override
        public <K> K create(Class<K> type) {
          if (type.isAssignableFrom(ArrayList.class)) {
            return type.cast(new ArrayList<>());
          }
          throw new IllegalArgumentException("not made by reflection: " + type);
        }
      };

  public static CommandLine lineOf(String name, Command command) {
    return new CommandLine(specOf(name, command), FACTORY);
  }

  /** A command's arguments, with {@code --help}. */
  static CommandSpec specOf(String name, Command command) {
    CommandSpec spec = CommandSpec.wrapWithoutInspection(null, FACTORY).name("brig " + name);
    spec.addOption(
        CommandLine.Model.OptionSpec.builder("-h", "--help")
            .usageHelp(true)
            .description("Show this help.")
            .build());
    command.declare(spec);
    return spec;
  }

  private static String lowerFirst(String text) {
    return text.isEmpty() ? text : Character.toLowerCase(text.charAt(0)) + text.substring(1);
  }

  public static Map<String, Supplier<Command>> commands() {
    return Commands.all();
  }
}
