package brig.learn;

import brig.learn.Outside.Found;
import brig.linux.Errno;
import brig.plan.Entry;
import brig.plan.FileStat;
import brig.report.Problem;
import brig.spec.Located;
import brig.spec.LockFile.Evidence;
import brig.spec.LockFile.LearnedPlace;
import brig.spec.PathRules;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * From a write that failed to the directory that must be writable: a place of the jail's own, empty
 * at first. What the host has there does not come in, and so nothing of the host is written to.
 */
final class Writes {
  /** What an addition's key begins with. */
  static final String KEY = "place ";

  /** Those that make something; the others only matter where the file system refuses them. */
  static final Set<String> MAKING =
      Set.of(
          "mkdir",
          "mkdirat",
          "mknod",
          "mknodat",
          "symlink",
          "symlinkat",
          "link",
          "linkat",
          "rename",
          "renameat",
          "renameat2",
          "bind",
          "creat",
          "open",
          "openat",
          "openat2");

  /** What is lost at a reboot of the host may be lost at a start of the jail. */
  private static final List<String> TEMPORARY =
      List.of("/tmp", "/var/tmp", "/run", "/var/run", "/var/lock", "/dev/shm");

  /** Directories of all services, in which each has one of its own, or writes files directly. */
  private static final Set<String> COMMON =
      Set.of("/var/log", "/var/lib", "/var/cache", "/var/spool", "/var/mail", "/srv", "/opt");

  private final Hearing hearing;
  private final Inside inside;
  private final boolean unjailed;
  private final Zeal zeal;

  Writes(Hearing hearing, Inside inside, boolean unjailed, Zeal zeal) {
    this.hearing = hearing;
    this.inside = inside;
    this.unjailed = unjailed;
    this.zeal = zeal;
  }

  void see(Asked one) {
    String path = hearing.outside().plain(one.path());
    if (path.startsWith("/proc/")
        || path.startsWith("/sys/")
        || (path.startsWith("/dev/") && !path.startsWith("/dev/shm/"))
        || path.endsWith("/__pycache__") // python would keep compiled modules there, and need not
        || path.contains("/__pycache__/")
        || !matters(one)) {
      return;
    }
    String directory = directory(path, one);
    Found there = hearing.outside().find(directory);
    Entry.Writable place = inside.place(directory);
    if (place != null
        && (unjailed || inside.real(directory).equals(place.path()) || there == null)) {
      if (!unjailed && (one.error() == Errno.EACCES || one.error() == Errno.EPERM)) {
        hearing.refuse(
            path,
            Problem.of(one.by() + " may not write " + path + " (" + one.call() + ")")
                .answered(one.error().text())
                .remedy("The place is writable; see its owner and mode with brig plan."));
      }
      return;
    }
    if (there == null && zeal == Zeal.WISHES) {
      hearing.missing(path);
      return;
    }
    add(path, directory, there, one);
  }

  /**
   * Whether a service that asks by access(2) for the right to write to a directory is answered with
   * a place: the jail has the directory empty and read-only, and on the host it may write there.
   */
  boolean seeRight(Asked one, String path) {
    Found there = hearing.outside().find(path);
    boolean right =
        one.call().contains("access")
            && (one.error() == Errno.EACCES || one.error() == Errno.EROFS)
            && there != null
            && there.isDirectory()
            && hearing.secrets().mayWrite(there.stat())
            && inside.place(path) == null
            && inside.names(path).isEmpty();
    if (right) {
      add(path, path, there, one);
    }
    return right;
  }

  private boolean matters(Asked one) {
    if (MAKING.contains(one.call())) {
      return unjailed
          || one.error() == Errno.ENOENT
          || one.error() == Errno.EROFS
          || one.error() == Errno.EACCES
          || one.error() == Errno.EPERM;
    }
    return unjailed ? hearing.outside().find(one.path()) != null : one.error() == Errno.EROFS;
  }

  /** The one that has to be writable: what is made is in it, or it is made itself. */
  private String directory(String path, Asked one) {
    boolean made = one.call().startsWith("mkdir");
    Found found = hearing.outside().find(path);
    String parent = Outside.parent(path);
    boolean shared =
        parent.isEmpty()
            || COMMON.contains(parent)
            || hearing.spec().identity().startAsRoot() // each may be another user's
            || !inside.names(parent).isEmpty();
    if (made && found != null && found.isDirectory() && shared) {
      return path;
    }
    return parent.isEmpty() ? "/" : parent;
  }

  private void add(String path, String directory, @Nullable Found there, Asked one) {
    if (known(directory)) {
      return;
    }
    boolean temporary = isTemporary(directory);
    String refusal = PathRules.unwritable(directory, temporary);
    boolean holds = !inside.names(directory).isEmpty() && !COMMON.contains(directory);
    if (refusal != null || directory.equals("/") || holds) {
      hearing.refuse(
          path,
          Problem.of(one.by() + " wants to write " + path + " (" + one.call() + ")")
              .remedy(
                  holds
                      ? "The jail has files of the host in "
                          + directory
                          + ", which a writable place would hide. Let it write elsewhere, or take"
                          + " those files to the writable place."
                      : "That does not become writable: "
                          + (refusal == null ? "it is the whole jail" : refusal)
                          + ". Let it write elsewhere."));
      return;
    }
    Evidence evidence = hearing.evidence(one);
    hearing
        .additions()
        .putIfAbsent(
            KEY + directory,
            new Addition.Place(
                new LearnedPlace(
                    directory, temporary, owner(there), mode(directory, there), evidence),
                one.by() + " writes there (" + one.call() + ")"));
  }

  private boolean known(String directory) {
    for (Located<LearnedPlace> place : hearing.lock().places()) {
      if (place.value().path().equals(directory)) {
        return true;
      }
    }
    return false;
  }

  static boolean isTemporary(String directory) {
    for (String top : TEMPORARY) {
      if (directory.equals(top) || directory.startsWith(top + "/")) {
        return true;
      }
    }
    return false;
  }

  /** As on the host for a service that starts as root; else it is the service's own. */
  private @Nullable String owner(@Nullable Found there) {
    if (there == null || !hearing.spec().identity().startAsRoot()) {
      return null;
    }
    int uid = there.stat().uid();
    return uid == inside.plan().service().uid() ? null : uid == 0 ? "root" : Integer.toString(uid);
  }

  private int mode(String directory, @Nullable Found there) {
    FileStat stat = there == null ? null : there.stat();
    if (stat != null && (stat.mode() & 01002) == 01002) {
      return 01777;
    }
    if (stat == null || !hearing.spec().identity().startAsRoot()) {
      return isTemporary(directory) ? 0755 : 0750;
    }
    return (stat.mode() & 0775) | 0700;
  }
}
