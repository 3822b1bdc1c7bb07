package brig.plan;

import brig.report.Position;
import brig.report.Problem;
import brig.spec.Located;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Everything that goes wrong while a plan is made, each thing once. */
public final class Troubles {
  /** By what they say. */
  private final Map<String, Problem> problems = new LinkedHashMap<>();

  private final Map<String, Problem> warnings = new LinkedHashMap<>();
  private final Map<String, Position> lines = new HashMap<>();

  /** The first reason of a chain: the line of the jailfile, whose position it remembers. */
  public Reason because(Located<?> line) {
    return because(line.at());
  }

  public Reason because(Position at) {
    // In a chain the file's own name is enough; messages give the path as the person did.
    String line = Paths.name(at.file()) + ":" + at.line();
    // What a line says, not where it begins: that is the place of a default.
    lines.merge(line, at, (old, other) -> old.column() == 1 ? other : old);
    return Reason.root(line);
  }

  /** The plan cannot be made. The position is that of the line where the chain begins. */
  public void fail(Problem problem, Reason why) {
    add(problems, located(problem, why));
  }

  /** The same with the very place of a value. */
  public void fail(Problem problem, Located<?> line) {
    add(problems, problem.at(line.at()));
  }

  /** A jail can be built, but the person should know. */
  public void warn(Problem problem, Reason why) {
    add(warnings, located(problem, why));
  }

  /** The system did not answer. */
  public void fail(String message, IOException answer, Reason why) {
    String text = String.valueOf(answer.getMessage());
    boolean denied = text.contains("EACCES") || text.contains("EPERM");
    fail(
        Problem.of(message)
            .answered(text)
            .remedy(
                denied
                    ? "Run brig as a user who may read it, such as root, or exclude it."
                    : "Mend it or exclude it."),
        why);
  }

  private static void add(Map<String, Problem> to, Problem problem) {
    to.putIfAbsent(problem.text(), problem);
  }

  private Problem located(Problem problem, Reason why) {
    if (problem.position() != null) {
      return problem;
    }
    Reason first = why;
    while (first.parent() != null) {
      first = first.parent();
    }
    Position at = lines.get(first.step());
    return at == null ? problem : problem.at(at);
  }

  public boolean any() {
    return !problems.isEmpty();
  }

  List<Problem> problems() {
    return inOrder(problems);
  }

  List<Problem> warnings() {
    return inOrder(warnings);
  }

  /** By position, those without one last; else as they came. */
  private static List<Problem> inOrder(Map<String, Problem> unordered) {
    List<Problem> ordered = new ArrayList<>(unordered.values());
    ordered.sort(
        (a, b) -> {
          Position x = a.position();
          Position y = b.position();
          if (x == null || y == null) {
            return Boolean.compare(x == null, y == null);
          }
          return x.compareTo(y);
        });
    return ordered;
  }
}
