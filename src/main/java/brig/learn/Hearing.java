package brig.learn;

import brig.learn.Outside.Found;
import brig.report.Problem;
import brig.spec.JailSpec;
import brig.spec.LockFile;
import brig.spec.LockFile.Evidence;
import brig.spec.PathRules;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a judge and all of its parts go by, and what they have found so far. */
final class Hearing {
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
  private final Outside outside;
  private final Secrets secrets;
  private final Map<String, Boolean> answers;
  private final Person person;

  private final Map<String, Addition> additions = new LinkedHashMap<>();
  private final Map<String, Problem> refused = new TreeMap<>();
  private final Set<String> searched = new TreeSet<>();
  private final Set<String> absent = new TreeSet<>();
  private final Set<String> reached = new TreeSet<>();

  /**
   * A hearing.
   *
   * @param run the number of the run that the evidence is from
   * @param answers what the person said before; added to
   */
  Hearing(
      JailSpec spec,
      LockFile lock,
      int run,
      Outside outside,
      Secrets secrets,
      Map<String, Boolean> answers,
      Person person) {
    this.spec = spec;
    this.lock = lock;
    this.run = run;
    this.outside = outside;
    this.secrets = secrets;
    this.answers = answers;
    this.person = person;
  }

  JailSpec spec() {
    return spec;
  }

  LockFile lock() {
    return lock;
  }

  Outside outside() {
    return outside;
  }

  Secrets secrets() {
    return secrets;
  }

  Evidence evidence(Asked one) {
    return new Evidence(one.by(), one.call(), run);
  }

  /** From what the service said. */
  Evidence said(String program) {
    return new Evidence(program, "output", run);
  }

  /** What comes in, by a key of its own. */
  Map<String, Addition> additions() {
    return additions;
  }

  void refuse(String path, Problem problem) {
    refused.putIfAbsent(path, problem);
  }

  /** A search passed it over, though the host has it. */
  void passedOver(String path) {
    searched.add(path);
  }

  /** The host does not have it either. */
  void missing(String path) {
    absent.add(path);
  }

  /** Whether nothing has come in yet by another name of the same file, as /lib/x and /usr/lib/x. */
  boolean isNew(String path) {
    return reached.add(outside.realPath(path));
  }

  /** Whether it is no secret, or the person lets it in; else it is refused. */
  boolean mayCome(String path, Found found, String by) {
    Secrets.Secret secret = secrets.of(path, found);
    if (secret == null || (secret.askable() && agrees(path, secret.why(), by))) {
      return true;
    }
    refuse(
        path,
        Problem.of(path + " is held back: " + secret.why())
            .remedy(
                secret.askable()
                    ? "If the service must have it, name it in [files] include."
                    : "The service has to do without it."));
    return false;
  }

  private boolean agrees(String path, String why, String by) {
    return answers.computeIfAbsent(
        path,
        p -> person.agrees(by + " asks for " + p + ", but " + why + ". Bring it into the jail?"));
  }

  /** The person was asked and let it in. */
  boolean isAllowed(String path) {
    return answers.getOrDefault(path, false);
  }

  /** A lock file is UTF-8; the rare name that is not stays out. */
  static boolean isText(String path) {
    return StandardCharsets.UTF_8.newEncoder().canEncode(path);
  }

  /** A connection that came to nothing. */
  void connect(Asked one, String path) {
    if (outside.find(path) == null) {
      absent.add(path);
      return;
    }
    String never = PathRules.secret(path);
    refuse(
        path,
        Problem.of(one.by() + " wants to connect to the socket " + path)
            .remedy(
                never != null && !path.equals("/dev/log")
                    ? "It does not come in: " + never + "."
                    : "If it should, add to "
                        + spec.file()
                        + ": [sockets] \""
                        + path
                        + "\" = \""
                        + path
                        + "\"."));
  }

  Verdict verdict() {
    return new Verdict(
        List.copyOf(additions.values()),
        List.copyOf(refused.values()),
        List.copyOf(searched),
        absent.size());
  }
}
