package brig.spec;

import brig.report.Position;
import brig.report.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What any path of a jailfile must be, and which may never come in or be written to. */
public final class PathRules {
  // linux/limits.h: PATH_MAX with its NUL.
  private static final int MAX_PATH = 4095;

  private static final String PASSWORDS =
      "it holds password hashes; Brig makes the jail its own, with locked passwords";
  private static final String CONTAINERS =
      "whoever may talk to it can start a container as root, outside";

  /** What gives the host away, with the reason. Whatever lies below is meant too. */
  private static final Map<String, String> SECRET =
      Map.ofEntries(
          Map.entry("/etc/shadow", PASSWORDS),
          Map.entry("/etc/shadow-", PASSWORDS),
          Map.entry("/etc/gshadow", PASSWORDS),
          Map.entry("/etc/gshadow-", PASSWORDS),
          Map.entry("/etc/sudoers", "it tells who may become root"),
          Map.entry("/etc/sudoers.d", "it tells who may become root"),
          Map.entry("/root/.ssh", "it holds root's keys"),
          Map.entry("/run/docker.sock", CONTAINERS),
          Map.entry("/var/run/docker.sock", CONTAINERS),
          Map.entry("/run/podman/podman.sock", CONTAINERS),
          Map.entry("/var/run/podman/podman.sock", CONTAINERS),
          Map.entry("/run/containerd", CONTAINERS),
          Map.entry("/var/run/containerd", CONTAINERS),
          Map.entry("/run/crio", CONTAINERS),
          Map.entry("/var/run/crio", CONTAINERS),
          Map.entry("/run/systemd/private", "whoever may talk to it rules the host"),
          Map.entry("/run/dbus", "whoever may talk to it can ask the host's services"),
          Map.entry("/var/run/dbus", "whoever may talk to it can ask the host's services"),
          Map.entry("/run/brig", "it is Brig's own state"),
          Map.entry("/var/lib/brig", "it holds the jails themselves"),
          Map.entry("/proc", "it shows every process of the host, and leads to their files"),
          Map.entry("/sys", "it shows and changes the kernel"),
          Map.entry("/dev", "devices are named in [devices]"));

  /** Too much at once: these hold what must stay outside. */
  private static final List<String> TOO_MUCH =
      List.of("/", "/etc", "/var", "/root", "/run", "/var/run", "/var/lib");

  /** Where programs and the loader's files are: whoever writes there changes what runs. */
  private static final List<String> PROGRAMS =
      List.of(
          "/bin",
          "/sbin",
          "/lib",
          "/lib32",
          "/lib64",
          "/libx32",
          "/usr/bin",
          "/usr/sbin",
          "/usr/lib",
          "/usr/lib32",
          "/usr/lib64",
          "/usr/libx32",
          "/usr/libexec",
          "/usr/local/bin",
          "/usr/local/sbin",
          "/usr/local/lib",
          "/dev",
          "/proc",
          "/sys");

  private static final List<String> PASSING =
      List.of("/proc", "/sys", "/dev", "/run", "/var/run", "/var/lock");

  private final Mistakes mistakes;

  public PathRules(Mistakes mistakes) {
    this.mistakes = mistakes;
  }

  /** Whether it is absolute and normal; says so if not. */
  public boolean check(Located<String> path) {
    return check(path.value(), path.at());
  }

  boolean check(String text, Position at) {
    if (text.isEmpty()) {
      mistakes.add(Problem.of("the path is empty").at(at));
      return false;
    }
    if (text.indexOf('\0') >= 0) {
      mistakes.add(Problem.of("the path holds a NUL character").at(at));
      return false;
    }
    if (text.charAt(0) != '/') {
      mistakes.add(
          at, "the path \"" + text + "\" is not absolute", "Write it from the root: \"/...\".");
      return false;
    }
    // A character is at most three bytes; whether the host takes it is its own affair.
    if (text.length() > MAX_PATH) {
      mistakes.add(Problem.of("the path is longer than " + MAX_PATH + " characters").at(at));
      return false;
    }
    String normal = normal(text);
    if (!normal.equals(text)) {
      mistakes.add(
          at,
          "the path \"" + text + "\" is not in its plain form",
          text.contains("..") ? "Write it without \"..\"." : "Write \"" + normal + "\".");
      return false;
    }
    return true;
  }

  /** Without empty names, {@code .} and {@code ..}. */
  static String normal(String path) {
    List<String> names = new ArrayList<>();
    for (String name : split(path)) {
      switch (name) {
        case "", "." -> {}
        case ".." -> {
          if (!names.isEmpty()) {
            names.removeLast();
          }
        }
        default -> names.add(name);
      }
    }
    return "/" + String.join("/", names);
  }

  private static List<String> split(String path) {
    List<String> names = new ArrayList<>();
    int from = 0;
    int slash = path.indexOf('/');
    while (slash >= 0) {
      names.add(path.substring(from, slash));
      from = slash + 1;
      slash = path.indexOf('/', from);
    }
    names.add(path.substring(from));
    return names;
  }

  /** Whether the host's path may be brought in; says so if not. */
  boolean checkOutside(Located<String> path) {
    if (!check(path)) {
      return false;
    }
    String text = path.value();
    String secret = secret(text);
    if (secret != null) {
      mistakes.add(path.at(), "\"" + text + "\" must not come into a jail", sentence(secret));
      return false;
    }
    if (TOO_MUCH.contains(text)) {
      mistakes.add(
          path.at(),
          "\"" + text + "\" is too much: it holds what must stay outside",
          "Name what the service needs of it.");
      return false;
    }
    return true;
  }

  /** The same for one that was learned, which is brought in alone, not with all below it. */
  boolean checkLearned(Located<String> path) {
    return TOO_MUCH.contains(path.value()) ? check(path) : checkOutside(path);
  }

  /** Why nothing may bring this path in, as a clause; null: it may come. */
  public static @Nullable String secret(String path) {
    for (Map.Entry<String, String> secret : SECRET.entrySet()) {
      if (isAtOrBelow(path, secret.getKey())) {
        return secret.getValue();
      }
    }
    return null;
  }

  /** Made anew at each start of the host, or no file at all. */
  public static boolean isPassing(String path) {
    for (String top : PASSING) {
      if (isAtOrBelow(path, top)) {
        return true;
      }
    }
    return false;
  }

  /** Why a service may not write there, as a clause; null: it may. */
  public static @Nullable String unwritable(String path, boolean temporary) {
    if (isAtOrBelow("/usr", path) || path.equals("/etc") || path.equals("/var")) {
      return "it covers much that must not change";
    }
    for (String programs : PROGRAMS) {
      if (isAtOrBelow(path, programs) && !(path.equals("/dev/shm") && temporary)) {
        return "programs, libraries and devices must not change";
      }
    }
    return null;
  }

  /** Whether a service may write there; says so if not. */
  boolean checkWritable(Located<String> path, String key) {
    if (!check(path)) {
      return false;
    }
    String text = path.value();
    String why = unwritable(text, key.equals("temporary"));
    if (why == null) {
      return true;
    }
    mistakes.add(
        path.at(),
        "\"" + text + "\" cannot be " + key + ": " + why,
        "Name the directory below it that the service writes to, or let it write elsewhere.");
    return false;
  }

  /** Whether the inside place may be filled by a map, a socket or a content; says so if not. */
  boolean checkInside(String path, Position at) {
    if (!check(path, at)) {
      return false;
    }
    if (path.equals("/")
        || isAtOrBelow(path, "/dev")
        || isAtOrBelow(path, "/proc")
        || isAtOrBelow(path, "/sys")) {
      mistakes.add(
          at,
          "nothing can be placed at \"" + path + "\"",
          path.startsWith("/dev") ? "Devices are named in [devices]." : "Choose another place.");
      return false;
    }
    return true;
  }

  public static boolean isAtOrBelow(String path, String above) {
    return above.equals("/")
        || path.equals(above)
        || (path.startsWith(above) && path.charAt(above.length()) == '/');
  }

  /** The first of the paths that this one lies at or below. */
  static <T> @Nullable Located<T> covering(
      String path, List<Located<T>> places, java.util.function.Function<T, String> pathOf) {
    for (Located<T> place : places) {
      if (isAtOrBelow(path, pathOf.apply(place.value()))) {
        return place;
      }
    }
    return null;
  }

  private static String sentence(String clause) {
    return Character.toUpperCase(clause.charAt(0)) + clause.substring(1) + ".";
  }
}
