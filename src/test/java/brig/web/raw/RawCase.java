package brig.web.raw;

import java.util.List;

/**
 * Bytes that a hostile or broken client sends, and how a server may answer.
 *
 * @param sent the bytes, as ISO-8859-1
 * @param right the statuses that are right; 0: the connection is closed without an answer
 * @param answers how many answers come at most: one more was smuggled in
 */
record RawCase(String name, String sent, List<Integer> right, int answers) {
  static RawCase of(String name, String sent, Integer... right) {
    return new RawCase(name, sent, List.of(right), 1);
  }

  @Override
  public String toString() {
    return name;
  }
}
