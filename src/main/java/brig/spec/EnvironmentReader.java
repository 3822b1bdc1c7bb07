package brig.spec;

import brig.report.Problem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code [environment]}: what the service's environment holds beside PATH and HOME. */
final class EnvironmentReader {
  private final List<Section.Pair> pairs;
  private final Mistakes mistakes;

  EnvironmentReader(List<Section.Pair> pairs, Mistakes mistakes) {
    this.pairs = pairs;
    this.mistakes = mistakes;
  }

  Map<String, String> read() {
    Map<String, String> environment = new LinkedHashMap<>();
    for (Section.Pair pair : pairs) {
      if (EnvironmentName.isValid(pair.key())) {
        environment.put(pair.key(), pair.value().value());
      } else {
        mistakes.add(
            Problem.of("\"" + pair.key() + "\" is no name of an environment variable")
                .remedy("Use letters, digits and '_', no digit first.")
                .at(pair.at()));
      }
    }
    return environment;
  }
}
