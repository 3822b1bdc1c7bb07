package brig.audit.breakout;

import java.util.ArrayList;
import java.util.List;

/** The calls of one attempt, and the time that is left for it. */
final class Transcript {
  private final List<String> lines = new ArrayList<>();
  private final long end;
  private String last = "";
  private int times;

  Transcript(long limitMillis) {
    end = System.nanoTime() + limitMillis * 1_000_000;
  }

  /** The same line again is counted. */
  void add(String line) {
    if (line.equals(last)) {
      lines.set(lines.size() - 1, line + " (" + ++times + " times)");
    } else {
      lines.add(line);
      last = line;
      times = 1;
    }
  }

  List<String> lines() {
    return List.copyOf(lines);
  }

  /** Never negative. */
  long millisLeft() {
    return Math.max(0, (end - System.nanoTime()) / 1_000_000);
  }
}
