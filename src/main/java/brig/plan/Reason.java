package brig.plan;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Why something is in the jail: the last step of a chain that begins at a line of the jailfile
 * ({@code www.toml:9}) or at Brig's own base. Chains share their beginnings.
 */
public record Reason(@Nullable Reason parent, String step) {
  // Written out: a record's own would be linked at run time, at the cost of milliseconds.
  @Override
  public boolean equals(@Nullable Object other) {
    return this == other
        || (other instanceof Reason r && step.equals(r.step) && Objects.equals(parent, r.parent));
  }

  @Override
  public int hashCode() {
    return 31 * Objects.hashCode(parent) + step.hashCode();
  }

  public static Reason root(String step) {
    return new Reason(null, step);
  }

  public Reason then(String step) {
    return new Reason(this, step);
  }

  /** The steps from the first to this one. */
  public List<String> chain() {
    Deque<String> steps = new ArrayDeque<>();
    for (Reason r = this; r != null; r = r.parent) {
      steps.addFirst(r.step);
    }
    return List.copyOf(steps);
  }

  /** As a person reads it: steps joined by arrows. */
  public String text() {
    return String.join(" -> ", chain());
  }
}
