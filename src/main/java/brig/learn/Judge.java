package brig.learn;

import brig.learn.Outside.Found;
import brig.linux.Errno;
import brig.plan.Entry;
import brig.report.Problem;
import brig.spec.Located;
import brig.spec.LockFile.Evidence;
import brig.spec.LockFile.LearnedPath;
import brig.spec.PathRules;
import brig.trace.Access;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Decides for every path that was asked for what it means: wanted, passed over in a search, nowhere
 * to be found, or not to come in.
 */
final class Judge {
  private final Hearing hearing;
  private final Inside inside;
  private final Outside outside;
  private final Set<String> inLock = new TreeSet<>();

  Judge(Hearing hearing, Inside inside) {
    this.hearing = hearing;
    this.inside = inside;
    this.outside = hearing.outside();
    for (Located<LearnedPath> path : hearing.lock().paths()) {
      inLock.add(path.value().path());
    }
  }

  /**
   * Judges.
   *
   * @param unjailed the service ran on the host: what it got there is what it needs in the jail
   * @param words what the service printed
   */
  Verdict of(List<Asked> asked, boolean unjailed, Zeal zeal, List<String> words) {
    Set<String> got = new TreeSet<>();
    for (Asked one : asked) {
      if (one.got() && !one.writes()) {
        got.add(one.path());
      }
    }
    Writes writes = new Writes(hearing, inside, unjailed, zeal);
    for (Asked one : asked) {
      if (one.writes() && (unjailed ? one.got() : !one.got() && !got.contains(one.path()))) {
        writes.see(one);
      }
    }
    for (Asked one : asked) {
      if (!one.writes()) {
        see(one, unjailed, zeal, writes);
      }
    }
    Listings listings = new Listings(this, zeal);
    for (Asked one : asked) {
      if (one.access() == Access.LIST && one.got()) {
        listings.see(one);
      }
    }
    new Words(this, zeal).see(words, asked);
    return hearing.verdict();
  }

  private void see(Asked one, boolean unjailed, Zeal zeal, Writes writes) {
    if (one.access() == Access.CONNECT || one.access() == Access.SEND) {
      connect(one);
      return;
    }
    String path = outside.plain(one.path());
    if (unjailed != one.got() || (!unjailed && !one.absent())) {
      if (unjailed || !writes.seeRight(one, path)) {
        denied(one);
      }
      return;
    }
    if (Hearing.IDLE.contains(path) || inside.holds(path)) {
      return;
    }
    Found found = outside.find(path);
    if (found == null) {
      if (!unjailed) {
        hearing.missing(path);
      }
      return;
    }
    boolean nameService = path.substring(path.lastIndexOf('/') + 1).startsWith("libnss_");
    if (nameService && zeal == Zeal.WISHES) {
      return; // the C library does without it, and the rules know when not
    }
    if (one.foundAt() != null && zeal == Zeal.WISHES && !unjailed) {
      hearing.passedOver(path);
      return;
    }
    want(path, found, one, "asked for by " + one.by() + " (" + one.call() + ")");
  }

  /** Adds what the host has, unless it must not come in. */
  void want(String path, Found found, Asked one, String why) {
    want(path, found, hearing.evidence(one), why);
  }

  void want(String path, Found found, Evidence evidence, String why) {
    Entry.Writable place = inside.place(path);
    if (place != null && place.temporary() && place.path().endsWith("/tmp")) {
      hearing.refuse(
          path,
          Problem.of(evidence.by() + " asks for " + path + ", which the host has")
              .remedy(
                  "In the jail "
                      + place.path()
                      + " is an empty place of its own. If the service must have it, name it in"
                      + " [files] include."));
    }
    if (place != null
        || inLock.contains(path)
        || hearing.additions().containsKey(path)
        || inside.holds(path)
        || inside.mounted(path)
        || isInNewPlace(path)
        || !Hearing.isText(path)) {
      return;
    }
    if (PathRules.isPassing(path)) {
      passing(path, evidence);
      return;
    }
    if (hearing.mayCome(path, found, evidence.by())
        && (hearing.isNew(path) || found.isDirectory())) {
      boolean allowed = hearing.isAllowed(path);
      hearing
          .additions()
          .put(path, new Addition.Path(new LearnedPath(path, evidence, allowed), why));
    }
  }

  private boolean isInNewPlace(String path) {
    for (String at = path; !at.isEmpty(); at = Outside.parent(at)) {
      if (hearing.additions().containsKey(Writes.KEY + at)) {
        return true;
      }
    }
    return false;
  }

  /** What is made anew at each start of the host, or is no file at all. */
  private void passing(String path, Evidence evidence) {
    if (path.startsWith("/dev/") && outside.find(path) != null) {
      hearing.refuse(
          path,
          Problem.of(evidence.by() + " asks for the device " + path)
              .remedy("If it needs it, see [devices] in the reference of the jailfile."));
    }
  }

  private void connect(Asked one) {
    String path = outside.plain(one.path());
    if (one.got()
        || Hearing.IDLE.contains(path)
        || inside.holds(path)
        || inside.place(path) != null) {
      return;
    }
    hearing.connect(one, path);
  }

  /** It is there, and the service may not. */
  private void denied(Asked one) {
    boolean denied = one.error() == Errno.EACCES || one.error() == Errno.EPERM;
    String path = outside.plain(one.path());
    if (denied
        && !PathRules.isPassing(path)
        && !Hearing.IDLE.contains(path)
        && inside.holds(path)) {
      hearing.refuse(
          path,
          Problem.of(one.by() + " is refused " + path + " (" + one.call() + ")")
              .answered(one.error() == null ? "" : one.error().text())
              .remedy(
                  "It is in the jail. See its owner and mode with brig why and brig plan, and as"
                      + " whom the service runs."));
    }
  }

  // What the parts of the verdict share.

  Hearing hearing() {
    return hearing;
  }

  Inside inside() {
    return inside;
  }
}
