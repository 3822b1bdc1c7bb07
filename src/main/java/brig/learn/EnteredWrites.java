package brig.learn;

import brig.learn.Outside.Found;
import brig.linux.Errno;
import brig.report.Problem;
import brig.spec.JailSpec;
import brig.spec.JailSpec.Mode;
import brig.spec.LockFile.Evidence;
import brig.spec.LockFile.LearnedPlace;
import brig.spec.PathRules;
import java.util.Collection;

/**
 * From a write that failed after a daemon went into its jail to a place for it: one in memory, or a
 * directory of the site's that its user may write to. The host's own directories stay as they are.
 */
final class EnteredWrites {
  private final Hearing hearing;
  private final JailSpec spec;
  private final JailSpec.Late late;

  EnteredWrites(Hearing hearing, JailSpec.Late late) {
    this.hearing = hearing;
    this.spec = hearing.spec();
    this.late = late;
  }

  void see(Asked one, String path) {
    Errno error = one.error();
    boolean refused =
        error == Errno.EROFS || (error == Errno.ENOENT && Writes.MAKING.contains(one.call()));
    if (!refused
        || path.startsWith("/proc/")
        || path.startsWith("/sys/")
        || path.startsWith("/dev/")
        || path.contains("/__pycache__")) {
      return;
    }
    String directory = one.call().startsWith("mkdir") ? path : Outside.parent(path);
    if (isKnown(directory)) {
      return; // it has the place, and asks for a file that is not there yet
    }
    if (directory.isEmpty()) {
      tell(one, path, "/");
    } else if (isItsOwn(directory)) {
      add(one, directory, false, "writes there");
    } else if (Writes.isTemporary(directory)) {
      add(one, directory, true, "writes there");
    } else if (!addHosts(one, directory, "writes there")) {
      tell(one, path, directory);
    }
  }

  /** A write that failed before it went in, in mode "self": by the host's paths. */
  void seeBefore(Asked one, String path) {
    String directory = one.call().startsWith("mkdir") ? path : Outside.parent(path);
    boolean refused = one.error() == Errno.EROFS || one.error() == Errno.ENOENT;
    if (!refused || !Writes.MAKING.contains(one.call()) || isPlace(directory)) {
      return;
    }
    if (Writes.isTemporary(directory)) {
      Evidence evidence = hearing.evidence(one);
      addPlace(
          new Addition.Place(
              new LearnedPlace(directory, true, null, 01777, evidence),
              one.by() + " writes there before it goes in (" + one.call() + ")"));
    } else if (one.error() == Errno.EROFS && !path.startsWith("/dev/")) {
      hearing.refuse(
          path,
          Problem.of(
                  one.by()
                      + " wants to write "
                      + path
                      + " before it goes in ("
                      + one.call()
                      + "), and the host is read-only for it")
              .remedy(
                  "If it should write there on the host, add to "
                      + spec.file()
                      + ": [files] writable = [\""
                      + directory
                      + "\"]."));
    }
  }

  /**
   * A directory that the service looks for, or asks for the right to write to: on the host its user
   * may write there, so it is a place for its data, and in the jail an empty one.
   *
   * @return whether it is one
   */
  boolean seeDirectory(Asked one, String path) {
    if (isKnown(path) || Listings.BROAD.contains(path)) {
      return false;
    }
    if (one.error() == Errno.EROFS && isItsOwn(path)) {
      add(one, path, false, "would write there");
      return true;
    }
    return addHosts(one, path, "looks for it, and may write to it on the host");
  }

  private boolean addHosts(Asked one, String directory, String does) {
    Found found = hearing.outside().find(directory);
    boolean data = found != null && found.isDirectory() && hearing.secrets().mayWrite(found.stat());
    if (data && !Listings.BROAD.contains(directory)) {
      add(one, directory, true, does);
    }
    return data;
  }

  private void add(Asked one, String directory, boolean temporary, String does) {
    Evidence evidence = hearing.evidence(one);
    // In mode "self" it may write as root first, and as its user later.
    boolean all =
        spec.mode() == Mode.SELF || directory.equals("/tmp") || directory.equals("/var/tmp");
    String keep =
        temporary && !Writes.isTemporary(directory)
            ? "; to keep what it writes, make "
                + onHost(directory)
                + " for it and name that in [files] writable"
            : "";
    addPlace(
        new Addition.Place(
            new LearnedPlace(place(directory), temporary, null, all ? 01777 : 0755, evidence),
            one.by() + " " + does + " (" + one.call() + ")" + keep));
  }

  /** A place, which has all that is in it. */
  private void addPlace(Addition.Place place) {
    String path = place.place().path();
    Collection<Addition> all = hearing.additions().values();
    for (Addition other : all) {
      if (other instanceof Addition.Place above
          && PathRules.isAtOrBelow(path, above.place().path())) {
        return;
      }
    }
    all.removeIf(
        a -> a instanceof Addition.Place p && PathRules.isAtOrBelow(p.place().path(), path));
    hearing.additions().put(Writes.KEY + path, place);
  }

  /** As the jailfile names it: in mode "self" places are the host's paths. */
  private String place(String directory) {
    return spec.mode() == Mode.SELF ? late.root().value() + directory : directory;
  }

  private String onHost(String directory) {
    return late.samePaths() ? directory : late.root().value() + directory;
  }

  private boolean isKnown(String directory) {
    return isPlace(place(directory));
  }

  private boolean isPlace(String path) {
    return spec.files().temporary().stream()
            .anyMatch(t -> PathRules.isAtOrBelow(path, t.value().path()))
        || spec.files().writable().stream()
            .anyMatch(w -> PathRules.isAtOrBelow(path, w.value().path()));
  }

  /** A directory of the site in which the user may write. */
  private boolean isItsOwn(String directory) {
    String there = onHost(directory);
    Found found = hearing.outside().find(there);
    return there.startsWith(late.root().value() + "/")
        && found != null
        && found.isDirectory()
        && hearing.secrets().mayWrite(found.stat());
  }

  private void tell(Asked one, String path, String directory) {
    hearing.refuse(
        path,
        Problem.of(one.by() + " wants to write " + path + " (" + one.call() + ")")
            .answered(one.error() == null ? "" : one.error().text())
            .remedy(
                directory.equals("/")
                    ? "The whole site does not become writable. Let it write to a directory below."
                    : "If it should: make "
                        + onHost(directory)
                        + " for the user "
                        + spec.identity().user().value()
                        + ", and add to "
                        + spec.file()
                        + ": [files] writable = [\""
                        + place(directory)
                        + "\"]."));
  }
}
