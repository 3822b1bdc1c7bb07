package brig.plan.packages;

import java.io.IOException;
import java.util.List;

/** Asks rpm, whose database has a format of its own for each of its times. */
@FunctionalInterface
public interface RpmQuery {
  /**
   * Runs {@code rpm} with these arguments.
   *
   * @return what it printed on its standard output, whatever its exit status: one path without a
   *     package makes that 1
   */
  String ask(List<String> arguments) throws IOException;
}
