package brig.plan;

import brig.spec.JailSpec;
import brig.spec.Located;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The directories that a program expects to be there and writable (hier(7)), each in memory and
 * gone with the jail, unless the jailfile has something of its own in mind with it.
 */
final class UsualPlaces {
  private final Draft draft;
  private final Accounts accounts;
  private final List<String> named = new ArrayList<>();

  UsualPlaces(Draft draft, Accounts accounts) {
    this.draft = draft;
    this.accounts = accounts;
    JailSpec.FileSet files = draft.spec().files();
    named.add(draft.spec().command().program());
    for (List<Located<String>> lines :
        List.of(files.include(), files.programs(), files.directories())) {
      for (Located<String> line : lines) {
        named.add(line.value());
      }
    }
    for (Located<JailSpec.MountedPath> line : files.mapped()) {
      named.add(line.value().inside());
    }
    for (Located<JailSpec.Content> line : files.contents()) {
      named.add(line.value().path());
    }
  }

  /**
   * Adds them.
   *
   * @param strict only what the jailfile names may be written to
   */
  void add(boolean strict) throws IOException {
    if (!strict) {
      addPlaces();
    }
    addOutlets();
    for (Located<JailSpec.LentPath> line : draft.spec().lent()) {
      String inside = line.value().inside();
      if (!draft.isInWritable(inside)) {
        draft.put(
            new Entry.Directory(inside, 0755, 0, 0, draft.reasonsOf(inside)),
            Reason.root("[sockets], of the jail " + line.value().jail()));
      }
    }
    if (free("/var/run") && draft.entry("/run") instanceof Entry.Writable) {
      draft.link("/var/run", "/run", Reason.root("usual places"));
    }
  }

  /** Where sockets of the outside are mounted at a start, and the name that syslog(3) looks for. */
  private void addOutlets() throws IOException {
    JailSpec spec = draft.spec();
    String place = JailSpec.OUTLETS;
    if (spec.hasOutlets() && !draft.isInWritable(place)) {
      draft.put(
          new Entry.Directory(place, 0755, 0, 0, draft.reasonsOf(place)),
          Reason.root(spec.features().syslog() ? "[features] syslog" : "ready"));
    }
    if (spec.features().syslog()) {
      draft.link("/dev/log", place + "/log", Reason.root("[features] syslog"));
    }
  }

  private void addPlaces() throws IOException {
    add("/tmp", 01777, 0, 0);
    add("/var/tmp", 01777, 0, 0);
    boolean root = draft.spec().identity().startAsRoot();
    Plan.ServiceIds service = accounts.service();
    add("/run", 0755, root ? 0 : Math.max(0, service.uid()), root ? 0 : Math.max(0, service.gid()));
  }

  private void add(String path, int mode, int uid, int gid) throws IOException {
    if (free(path) && !draft.isInWritable(path)) {
      draft.put(
          new Entry.Writable(path, mode, uid, gid, true, draft.reasonsOf(path)),
          Reason.root("usual places"));
    }
  }

  private boolean free(String path) {
    Entry there = draft.entry(path);
    if (there != null && !(there instanceof Entry.Directory)) {
      return false;
    }
    for (String one : named) {
      if (Paths.isWithin(one, path)) {
        return false;
      }
    }
    return true;
  }
}
