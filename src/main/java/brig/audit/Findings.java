package brig.audit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Takes what the rules find, within bounds: a hostile jail shall not fill the memory. */
public final class Findings {
  /** Kept of each rule; more are only counted. */
  public static final int MOST = 1000;

  private final Set<String> wanted = new HashSet<>();
  private final List<Finding> kept = new ArrayList<>();
  private final Map<String, Integer> counts = new HashMap<>();
  private int sinceMark;

  /** Takes findings of these rules only. */
  Findings(List<About> rules) {
    for (About rule : rules) {
      wanted.add(rule.id());
    }
  }

  public void add(About rule, Severity severity, String path, String message, String remedy) {
    if (!wanted.contains(rule.id())) {
      return;
    }
    sinceMark++;
    if (counts.merge(rule.id(), 1, Integer::sum) <= MOST) {
      kept.add(new Finding(rule.id(), severity, path, message, remedy));
    }
  }

  /** With the rule's own severity and remedy. */
  public void add(About rule, String path, String message) {
    add(rule, rule.severity(), path, message, rule.remedy());
  }

  public void add(About rule, Severity severity, String path, String message) {
    add(rule, severity, path, message, rule.remedy());
  }

  /** Another file's turn. */
  void mark() {
    sinceMark = 0;
  }

  /**
   * Whether a rule that says more than "not as planned" has found something about the file in hand:
   * the rules for whatever is not as planned come last and yield to it.
   */
  public boolean anySinceMark() {
    return sinceMark > 0;
  }

  /** The kept ones in their order. */
  List<Finding> sorted() {
    List<Finding> sorted = new ArrayList<>(kept);
    sorted.sort(Finding.ORDER);
    return sorted;
  }

  /** How many of each rule were not kept. */
  Map<String, Integer> notKept() {
    Map<String, Integer> more = new HashMap<>();
    counts.forEach(
        (rule, count) -> {
          if (count > MOST) {
            more.put(rule, count - MOST);
          }
        });
    return more;
  }
}
