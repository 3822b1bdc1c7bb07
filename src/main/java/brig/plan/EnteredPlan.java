package brig.plan;

import brig.report.BrigException;
import brig.report.ExitCode;
import brig.spec.JailSpec;
import brig.spec.Located;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The plan of a jail that a daemon of the host's enters: nothing is built in it, and there are
 * places only, as the jailfile names them.
 */
final class EnteredPlan {
  private final JailSpec spec;
  private final Accounts accounts;
  private final Troubles troubles;
  private final Map<String, Entry> entries = new TreeMap<>();

  EnteredPlan(JailSpec spec, Accounts accounts, Troubles troubles) {
    this.spec = spec;
    this.accounts = accounts;
    this.troubles = troubles;
  }

  Plan make() throws BrigException {
    for (Located<JailSpec.WritablePath> line : spec.files().writable()) {
      JailSpec.WritablePath place = line.value();
      int mode = place.mode().orElse(0750);
      place(place.path(), mode, accounts.owner(place.owner(), line), false, line);
    }
    for (Located<JailSpec.TemporaryPath> line : spec.files().temporary()) {
      JailSpec.TemporaryPath place = line.value();
      // A daemon that jails itself is root when it begins to use them.
      boolean roots = place.owner() == null && spec.mode() == JailSpec.Mode.SELF;
      int[] owner = roots ? new int[2] : accounts.owner(place.owner(), line);
      place(place.path(), place.mode(), owner, true, line);
    }
    for (Located<JailSpec.MountedPath> line : spec.sockets()) {
      List<Reason> why = List.of(troubles.because(line));
      String inside = line.value().inside();
      addAbove(inside, why);
      entries.put(inside, new Entry.Socket(inside, line.value().outside(), why));
    }
    if (troubles.any()) {
      throw new BrigException(ExitCode.USAGE, troubles.problems());
    }
    return new Plan(
        spec.name(),
        List.copyOf(entries.values()),
        accounts.users(),
        accounts.groups(),
        accounts.service(),
        List.of(),
        List.of(),
        null);
  }

  private void place(String path, int mode, int[] owner, boolean temporary, Located<?> line) {
    List<Reason> why = List.of(troubles.because(line));
    addAbove(path, why);
    entries.put(path, new Entry.Writable(path, mode, owner[0], owner[1], temporary, why));
  }

  private void addAbove(String path, List<Reason> why) {
    for (int slash = 0; slash >= 0; slash = path.indexOf('/', slash + 1)) {
      String above = slash == 0 ? "/" : path.substring(0, slash);
      entries.putIfAbsent(above, new Entry.Directory(above, 0755, 0, 0, why));
    }
  }
}
