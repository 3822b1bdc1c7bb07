package brig.plan.rules;

import brig.plan.Draft;
import brig.plan.Reason;
import brig.plan.TreeFilter;
import brig.spec.JailSpec;
import brig.spec.JailSpec.Switch;
import java.io.IOException;
import java.util.List;

/** terminfo(5). AUTO brings the one that TERM of [environment] names, ON all. */
final class Terminals implements Rule {
  private static final List<String> DIRECTORIES =
      List.of("/etc/terminfo", "/lib/terminfo", "/usr/share/terminfo");

  private final JailSpec spec;
  private boolean done;

  Terminals(JailSpec spec) {
    this.spec = spec;
  }

  @Override
  public void settle(Draft draft) throws IOException {
    if (done || spec.features().terminfo() == Switch.OFF) {
      return;
    }
    done = true;
    boolean all = spec.features().terminfo() == Switch.ON;
    String term = spec.environment().getOrDefault("TERM", "");
    for (String directory : DIRECTORIES) {
      if (all && draft.isDirectory(directory)) {
        draft.addTree(
            directory, Reason.root("terminfo = on"), (path, isDirectory) -> TreeFilter.Choice.DATA);
      } else if (!all && !term.isEmpty() && term.indexOf('/') < 0) {
        draft.addData(
            directory + "/" + term.charAt(0) + "/" + term,
            Reason.root("[environment]").then("TERM=" + term));
      }
    }
  }
}
