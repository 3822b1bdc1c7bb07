package brig.audit;

import brig.linux.LinuxException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the audit could not look at, by reason, with the first few examples of each. */
public final class NotSeen {
  private static final int EXAMPLES = 5;

  /**
   * Things that were not seen for one reason.
   *
   * @param examples the first of them
   */
  public record Gap(String reason, int count, List<String> examples) {}

  private static final class Open {
    final List<String> examples = new ArrayList<>();
    int count;
  }

  private final Map<String, Open> open = new LinkedHashMap<>();

  /** Notes that what is at a path refused. */
  public void add(String path, LinuxException refusal) {
    add(path, "cannot " + refusal.call() + ": " + refusal.errno().text());
  }

  public void add(String path, String reason) {
    Open gap = open.computeIfAbsent(reason, _ -> new Open());
    gap.count++;
    if (gap.examples.size() < EXAMPLES) {
      gap.examples.add(path);
    }
  }

  List<Gap> gaps() {
    List<Gap> gaps = new ArrayList<>();
    open.forEach((reason, gap) -> gaps.add(new Gap(reason, gap.count, List.copyOf(gap.examples))));
    return gaps;
  }
}
