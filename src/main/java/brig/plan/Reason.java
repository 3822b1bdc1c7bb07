package brig.plan;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why something is in the jail: the last step of a chain that begins at a line of the jailfile
 * ({@code www.toml:9}) or at Brig's own base. Chains share their beginnings.
 */
public record Reason(@Nullable Reason parent, String step) {
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
