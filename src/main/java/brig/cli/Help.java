package brig.cli;

import brig.cli.command.Command;
import brig.report.BrigException;
import brig.report.Problem;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/** The list of commands, and the help of each. */
public final class Help {
  private Help() {}

  public static String version() {
    String version = Help.class.getPackage().getImplementationVersion();
    return version == null ? "0.1.0" : version;
  }

  static void print(PrintStream out, @Nullable String name) throws BrigException {
    if (name == null) {
      printAll(out);
      return;
    }
    Supplier<Command> supplier = Commands.all().get(name);
    if (supplier == null) {
      throw BrigException.usage(noCommand(name));
    }
    Parsing.lineOf(name, supplier.get()).usage(out);
  }

  /** What to say of a name that is none; a family's name asks for one of its commands. */
  static Problem noCommand(String name) {
    List<String> family = new ArrayList<>();
    for (String known : Commands.all().keySet()) {
      if (known.startsWith(name + " ")) {
        family.add(known.substring(name.length() + 1));
      }
    }
    return family.isEmpty()
        ? Problem.of("there is no command '" + name + "'").remedy("See: brig --help.")
        : Problem.of("brig " + name + " wants one of " + String.join(", ", family))
            .remedy("See: brig " + name + " " + family.getFirst() + " --help.");
  }

  private static void printAll(PrintStream out) {
    out.println("Usage: brig COMMAND [ARGUMENTS...]");
    out.println("Jails for Internet services: see 'brig COMMAND --help' for each.");
    out.println();
    for (Map.Entry<String, Supplier<Command>> command : Commands.all().entrySet()) {
      CommandSpec spec = Parsing.specOf(command.getKey(), command.getValue().get());
      String[] description = spec.usageMessage().description();
      String summary = description.length == 0 ? "" : description[0];
      out.printf("  %-11s %s%n", command.getKey(), summary);
    }
    out.println();
    out.println("Jailfiles are in /etc/brig, jails in /var/lib/brig; BRIG_HOME=DIR moves both.");
  }
}
