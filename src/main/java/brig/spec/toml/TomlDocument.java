package brig.spec.toml;

import brig.report.Problem;
import java.util.List;

/**
 * What was read of a TOML file.
 *
 * @param root all that could be read, also when there are problems
 * @param problems every mistake of syntax, with its position, in the order of the file
 */
public record TomlDocument(TomlTable root, List<Problem> problems) {

  /** Reads a file that should be TOML; {@code file} is its name for messages. */
  public static TomlDocument parse(String file, byte[] content) {
    return new TomlParser(file, content).parse();
  }
}
