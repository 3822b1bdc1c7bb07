package brig.cli;

import brig.cli.command.Command;
import brig.cli.command.Context;
import brig.report.BrigException;
import brig.report.ExitCode;
import brig.report.Problem;
import java.io.IOException;
import java.util.ArrayList;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The arguments of a command, read by picocli. */
public final class Parsing {
  private Parsing() {}

  /** Runs a command with what was written after its name. */
  static int run(String name, Command command, String[] arguments, Context context)
      throws BrigException, IOException {
    CommandLine line = lineOf(name, command);
    ParseResult parsed;
    try {
      parsed = line.parseArgs(arguments);
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
}
