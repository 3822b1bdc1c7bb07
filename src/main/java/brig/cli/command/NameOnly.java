package brig.cli.command;

import brig.report.BrigException;
import java.io.IOException;

/**
 * A command that is mostly given the name of a jail and nothing else. Then picocli, which takes a
 * sixth of the time of a start, is not loaded.
 */
public interface NameOnly extends Command {
  /** As {@link Command#run} with the name alone. */
  int run(String name, Context context) throws BrigException, IOException;
}
