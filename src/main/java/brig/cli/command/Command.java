package brig.cli.command;

import brig.report.BrigException;
import java.io.IOException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** One command of {@code brig}: declares its arguments, then runs. */
public interface Command {
  /** Adds options, parameters and help text. The name is already set. */
  void declare(CommandSpec spec);

  /**
   * Does it.
   *
   * @return the exit status, {@link brig.report.ExitCode#status} mostly
   */
  int run(ParseResult arguments, Context context) throws BrigException, IOException;
}
