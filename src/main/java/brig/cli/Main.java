package brig.cli;

import brig.cli.command.Command;
import brig.cli.command.Context;
import brig.cli.command.NameOnly;
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
import java.util.Arrays;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

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
            runner());
    int status = run(Arguments.asGiven(arguments), context);
    context.out().flush();
    context.err().flush();
    // halt, not exit: no hook is registered, and a service's start should not wait for threads.
    Runtime.getRuntime().halt(status);
  }

  /** {@link #run}. In one place, which training goes through: a lambda is kept with its place. */
  static Context.Runner runner() {
    return Main::run;
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
    if (command instanceof NameOnly brief && arguments.length == 2 && isName(arguments[1])) {
      return brief.run(arguments[1], context);
    }
    return Parsing.run(
        name, command, Arrays.copyOfRange(arguments, words, arguments.length), context);
  }

  /** Whether picocli would take it as it is: no option, and no file of arguments. */
  private static boolean isName(String argument) {
    return !argument.isEmpty() && argument.charAt(0) != '-' && argument.charAt(0) != '@';
  }

  public static Map<String, Supplier<Command>> commands() {
    return Commands.all();
  }
}
