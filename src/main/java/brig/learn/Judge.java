package brig.learn;

import brig.learn.Outside.Found;
import brig.linux.Errno;
import brig.plan.Entry;
import brig.report.Problem;
import brig.spec.JailSpec;
import brig.spec.Located;
import brig.spec.LockFile;
import brig.spec.LockFile.Evidence;
import brig.spec.LockFile.LearnedPath;
import brig.spec.PathRules;
import brig.trace.Access;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Decides for every path that was asked for what it means: wanted, passed over in a search, nowhere
 * to be found, or not to come in.
 */
final class Judge {
  /** Asked for by the C library or the loader of every program, needed by none. */
  static final Set<String> IDLE =
      Set.of(
          "/etc/ld.so.cache",
          "/etc/ld.so.preload",
          "/etc/ld.so.nohwcap",
          "/etc/suid-debug",
          "/etc/shadow",
          "/etc/gshadow",
          "/run/nscd/socket",
          "/var/run/nscd/socket");

  private final JailSpec spec;
  private final LockFile lock;
  private final int run;
  private final Inside inside;
  private final Outside outside;
  private final Secrets secrets;
  private final Map<String, Boolean> answers;
  private final Person person;

  private final Map<String, Addition> additions = new LinkedHashMap<>();
  private final Map<String, Problem> refused = new TreeMap<>();
  private final Set<String> searched = new TreeSet<>();
  private final Set<String> absent = new TreeSet<>();
  private final Set<String> reached = new TreeSet<>();
  private final Set<String> inLock = new TreeSet<>();

  /**
   * @param run the number of the run that the evidence is from
   * @param answers what the person said before; added to
   */
  Judge(
      JailSpec spec,
      LockFile lock,
      int run,
      Inside inside,
      Outside outside,
      Map<String, Boolean> answers,
      Person person) {
    this.spec = spec;
    this.lock = lock;
    this.run = run;
    this.inside = inside;
    this.outside = outside;
    this.answers = answers;
    this.person = person;
    this.secrets = new Secrets(outside, inside.plan(), spec.identity().startAsRoot());
    for (Located<LearnedPath> path : lock.paths()) {
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
    Writes writes = new Writes(this, unjailed, zeal);
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
    return new Verdict(
        List.copyOf(additions.values()),
        List.copyOf(refused.values()),
        List.copyOf(searched),
        absent.size());
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
    if (IDLE.contains(path) || inside.holds(path)) {
      return;
    }
    Found found = outside.find(path);
    if (found == null) {
      if (!unjailed) {
        absent.add(path);
      }
      return;
    }
    boolean nameService = path.substring(path.lastIndexOf('/') + 1).startsWith("libnss_");
    if (nameService && zeal == Zeal.WISHES) {
      return; // the C library does without it, and the rules know when not
    }
    if (one.foundAt() != null && zeal == Zeal.WISHES && !unjailed) {
      searched.add(path);
      return;
    }
    want(path, found, one, "asked for by " + one.by() + " (" + one.call() + ")");
  }

  /** Adds what the host has, unless it must not come in. */
  void want(String path, Found found, Asked one, String why) {
    want(path, found, new Evidence(one.by(), one.call(), run), why);
  }

  void want(String path, Found found, Evidence evidence, String why) {
    Entry.Writable place = inside.place(path);
    if (place != null && place.temporary() && place.path().endsWith("/tmp")) {
      refuse(
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
        || additions.containsKey(path)
        || inside.holds(path)
        || inside.mounted(path)
        || isInNewPlace(path)
        || !isText(path)) {
      return;
    }
    if (PathRules.isPassing(path)) {
      passing(path, evidence);
      return;
    }
    boolean allowed = false;
    Secrets.Secret secret = secrets.of(path, found);
    if (secret != null) {
      if (!secret.askable() || !asked(path, secret.why(), evidence.by())) {
        refuse(path, heldBack(path, secret));
        return;
      }
      allowed = true;
    }
    // One file by two names, as /lib/x and /usr/lib/x: the first brings the links as well.
    if (reached.add(outside.realPath(path)) || found.isDirectory()) {
      additions.put(path, new Addition.Path(new LearnedPath(path, evidence, allowed), why));
    }
  }

  private boolean isInNewPlace(String path) {
    for (String at = path; !at.isEmpty(); at = Outside.parent(at)) {
      if (additions.containsKey(Writes.KEY + at)) {
        return true;
      }
    }
    return false;
  }

  private boolean asked(String path, String why, String by) {
    return answers.computeIfAbsent(
        path,
        p -> person.agrees(by + " asks for " + p + ", but " + why + ". Bring it into the jail?"));
  }

  /** What is made anew at each start of the host, or is no file at all. */
  private void passing(String path, Evidence evidence) {
    if (path.startsWith("/dev/") && outside.find(path) != null) {
      refuse(
          path,
          Problem.of(evidence.by() + " asks for the device " + path)
              .remedy("If it needs it, see [devices] in the reference of the jailfile."));
    }
  }

  private void connect(Asked one) {
    String path = outside.plain(one.path());
    if (one.got() || IDLE.contains(path) || inside.holds(path) || inside.place(path) != null) {
      return;
    }
    Found found = outside.find(path);
    if (found == null) {
      absent.add(path);
      return;
    }
    refuse(path, socket(spec, one, path));
  }

  static Problem socket(JailSpec spec, Asked one, String path) {
    String never = PathRules.secret(path);
    return Problem.of(one.by() + " wants to connect to the socket " + path)
        .remedy(
            never != null && !path.equals("/dev/log")
                ? "It does not come in: " + never + "."
                : "If it should, add to "
                    + spec.file()
                    + ": [sockets] \""
                    + path
                    + "\" = \""
                    + path
                    + "\".");
  }

  static Problem heldBack(String path, Secrets.Secret secret) {
    return Problem.of(path + " is held back: " + secret.why())
        .remedy(
            secret.askable()
                ? "If the service must have it, name it in [files] include."
                : "The service has to do without it.");
  }

  /** It is there, and the service may not. */
  private void denied(Asked one) {
    boolean denied = one.error() == Errno.EACCES || one.error() == Errno.EPERM;
    String path = outside.plain(one.path());
    if (denied && !PathRules.isPassing(path) && !IDLE.contains(path) && inside.holds(path)) {
      refuse(
          path,
          Problem.of(one.by() + " is refused " + path + " (" + one.call() + ")")
              .answered(one.error() == null ? "" : one.error().text())
              .remedy(
                  "It is in the jail. See its owner and mode with brig why and brig plan, and as"
                      + " whom the service runs."));
    }
  }

  // What the parts of the verdict share.

  JailSpec spec() {
    return spec;
  }

  LockFile lock() {
    return lock;
  }

  int run() {
    return run;
  }

  Inside inside() {
    return inside;
  }

  Outside outside() {
    return outside;
  }

  Secrets secrets() {
    return secrets;
  }

  void refuse(String path, Problem problem) {
    refused.putIfAbsent(path, problem);
  }

  void add(String key, Addition addition) {
    additions.putIfAbsent(key, addition);
  }

  boolean hasAdditions() {
    return !additions.isEmpty();
  }

  void missing(String path) {
    absent.add(path);
  }

  /** A lock file is UTF-8; the rare name that is not stays out. */
  private static boolean isText(String path) {
    return StandardCharsets.UTF_8.newEncoder().canEncode(path);
  }
}
