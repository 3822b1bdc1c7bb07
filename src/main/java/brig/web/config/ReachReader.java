package brig.web.config;

import brig.spec.Located;
import brig.spec.NetworkReader;
import brig.spec.SeccompReader;
import brig.spec.Section;
import java.util.ArrayList;
import java.util.List;

/** The keys that say what programs may do beside reading the jail and answering. */
final class ReachReader {
  private final Section keys;
  private final Paths paths;

  ReachReader(Section keys, Paths paths) {
    this.keys = keys;
    this.paths = paths;
  }

  Action.Reach read() {
    List<Located<String>> writable = new ArrayList<>();
    for (Located<String> path : keys.distinct("writable")) {
      Located<String> place = paths.of(path);
      if (place != null) {
        writable.add(place);
      }
    }
    return new Action.Reach(
        writable,
        NetworkReader.connect(keys, keys.mistakes()),
        new SeccompReader(keys.below("seccomp"), keys.mistakes()).read());
  }
}
