package brig.report;

/**
 * A place in a text file, as editors count: the first character of a file is at line 1, column 1.
 *
 * @param file the file's name as the person knows it
 */
public record Position(String file, int line, int column) implements Comparable<Position> {
  /** The place without its column: {@code www.toml:9}. */
  public String fileAndLine() {
    return file + ":" + line;
  }

  @Override
  public int compareTo(Position other) {
    int byFile = file.compareTo(other.file);
    if (byFile != 0) {
      return byFile;
    }
    int byLine = Integer.compare(line, other.line);
    return byLine != 0 ? byLine : Integer.compare(column, other.column);
  }

  @Override
  public String toString() {
    return file + ":" + line + ":" + column;
  }
}
