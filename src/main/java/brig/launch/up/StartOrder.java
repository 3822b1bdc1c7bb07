package brig.launch.up;

import brig.report.BrigException;
import brig.report.ExitCode;
import brig.report.Problem;
import brig.spec.JailSpec;
import brig.spec.Located;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** In which order jails start: each after those that it names in {@code after}. */
public final class StartOrder {
  private final Map<String, JailSpec> specs;
  private final Map<String, JailSpec> ordered = new LinkedHashMap<>();
  private final List<String> way = new ArrayList<>();
  private final List<Problem> problems = new ArrayList<>();

  private StartOrder(Map<String, JailSpec> specs) {
    this.specs = specs;
  }

  /**
   * Sorts them; what does not depend on each other keeps its order. Stops go the other way round.
   *
   * @param specs by name, with all that any of them comes after
   * @throws BrigException with every circle and every name that is missing
   */
  public static List<JailSpec> of(Map<String, JailSpec> specs) throws BrigException {
    StartOrder order = new StartOrder(specs);
    for (JailSpec spec : specs.values()) {
      order.add(spec);
    }
    if (!order.problems.isEmpty()) {
      throw new BrigException(ExitCode.USAGE, order.problems);
    }
    return List.copyOf(order.ordered.values());
  }

  private void add(JailSpec spec) {
    if (ordered.containsKey(spec.name())) {
      return;
    }
    way.add(spec.name());
    for (Located<String> after : spec.upkeep().after()) {
      JailSpec other = specs.get(after.value());
      int circle = way.indexOf(after.value());
      if (circle >= 0) {
        List<String> names = new ArrayList<>(way.subList(circle, way.size()));
        names.add(after.value());
        problems.add(
            Problem.of("jails wait for each other: " + String.join(" after ", names))
                .remedy("Take one 'after' of them out.")
                .at(after.at()));
      } else if (other == null) {
        problems.add(
            Problem.of("there is no jail \"" + after.value() + "\" for " + spec.name())
                .remedy("Correct the name, or write its jailfile.")
                .at(after.at()));
      } else {
        add(other);
      }
    }
    way.removeLast();
    ordered.put(spec.name(), spec);
  }
}
