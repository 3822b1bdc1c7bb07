package brig.spec;

import brig.report.Position;
import brig.report.Problem;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/** All that is wrong in a file, gathered while it is read. */
public final class Mistakes {
  private final List<Problem> problems = new ArrayList<>();
  private final boolean unreadable;

  /** Begins with those of syntax. */
  public Mistakes(List<Problem> ofSyntax) {
    problems.addAll(ofSyntax);
    unreadable = !ofSyntax.isEmpty();
  }

  public void add(Problem problem) {
    problems.add(Objects.requireNonNull(problem));
  }

  public void add(Position at, String message, String remedy) {
    add(Problem.of(message).remedy(remedy).at(at));
  }

  /** What is absent may stand where the file could not be read: then nothing is said. */
  public void addMissing(Position at, String message, String remedy) {
    if (!unreadable) {
      add(at, message, remedy);
    }
  }

  public boolean none() {
    return problems.isEmpty();
  }

  /** In the order of the file; what concerns the whole file comes first. */
  public List<Problem> sorted() {
    List<Problem> sorted = new ArrayList<>(problems);
    Collections.sort(
        sorted,
        Comparator.comparing(Problem::position, Comparator.nullsFirst(Comparator.naturalOrder())));
    return sorted;
  }
}
