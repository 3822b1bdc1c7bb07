package brig.launch.service;

import brig.linux.Errno;
import brig.plan.FileStat;
import brig.plan.Host;
import brig.plan.loader.Libraries;
import brig.plan.loader.Library;
import brig.plan.loader.Loader;
import brig.report.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a service could not start: what is absent in the jail, and which line of the jailfile brings
 * it in.
 *
 * @param host where it would come from
 * @param jail the jail's tree, as a process inside sees it
 * @param jailfile for "add to www.toml"
 */
public record Diagnosis(Host host, Host jail, String jailfile) {
  private static final int MOST_LINKS = 40; // as the kernel follows
  private static final List<String> CHANGING =
      List.of("/var/", "/run/", "/tmp/", "/dev/shm/", "/srv/");

  /** What execve(2) misses when it answers ENOENT for a program; null when all is there. */
  public @Nullable Problem program(String program) throws IOException {
    if (!exists(jail, program)) {
      return exists(host, program)
          ? Problem.of("the program " + program + " is not in the jail")
              .remedy(add("[files] programs = [\"" + program + "\"]"))
          : Problem.of("the program " + program + " is neither in the jail nor on the host")
              .remedy("Install it, or correct the command in " + jailfile + ".");
    }
    String script = shebang(program);
    if (script != null) {
      return exists(jail, script)
          ? null
          : absent(
              "the interpreter " + script + ", which the first line of " + program + " names,",
              script,
              "programs");
    }
    Libraries libraries = new Loader(jail).librariesOf(program);
    if (libraries == null) {
      return null;
    }
    String interpreter = libraries.interpreter();
    if (interpreter != null && !exists(jail, interpreter)) {
      return absent(
          "the loader " + interpreter + ", which " + program + " asks for,",
          interpreter,
          "include");
    }
    for (Library library : libraries.libraries()) {
      if (library.path() == null && !library.optional()) {
        return library(library.name());
      }
    }
    return null;
  }

  private Problem absent(String what, String path, String key) throws IOException {
    return Problem.of(what + " is not in the jail")
        .answered(Errno.ENOENT.text())
        .remedy(
            exists(host, path)
                ? add("[files] " + key + " = [\"" + path + "\"]")
                : "It is not on the host either.");
  }

  private @Nullable String shebang(String program) throws IOException {
    byte[] bytes = jail.read(program);
    if (bytes.length < 3 || bytes[0] != '#' || bytes[1] != '!') {
      return null;
    }
    int end = 2;
    while (end < bytes.length && end < 256 && bytes[end] != '\n') {
      end++;
    }
    String line = new String(bytes, 2, end - 2, StandardCharsets.UTF_8).strip();
    int blank = line.indexOf(' ');
    return blank < 0 ? line : line.substring(0, blank);
  }

  /** What the last words of the service tell, with what to do about each. */
  public List<Problem> words(List<String> lines) throws IOException {
    List<Problem> problems = new ArrayList<>();
    for (Clue clue : Clues.in(lines)) {
      Problem problem =
          switch (clue) {
            case Clue.File file -> file(file.path());
            case Clue.Unwritable place -> unwritable(place.path());
            case Clue.Library library -> library(library.name());
            case Clue.User user -> account("user", user.name(), "/etc/passwd");
            case Clue.Group group -> account("group", group.name(), "/etc/group");
            case Clue.PortTaken _ ->
                Problem.of("another process listens on that port")
                    .remedy("End it (ss -ltnp names it), or let the service use another port.");
            case Clue.PortRefused _ ->
                Problem.of("the service may not bind that port")
                    .remedy(
                        "A port below 1024 takes capabilities = [\"CAP_NET_BIND_SERVICE\"] in "
                            + jailfile
                            + "; where [network] listen is given, it must name the port.");
            case Clue.Refused refused -> refused(refused.path());
            case Clue.OwnChroot _ ->
                Problem.of("the service wants to chroot by itself, which no process of a jail may")
                    .remedy("The jail is its chroot: take that out of its own configuration.");
          };
      if (problem != null) {
        problems.add(problem);
      }
    }
    return problems;
  }

  /** The pages that tell of messages like these. */
  public static List<Problem> pages(List<String> lines) {
    List<Problem> problems = new ArrayList<>();
    for (String page : Caveats.pagesFor(lines)) {
      problems.add(
          Problem.of("the page " + page + " tells of such a message")
              .remedy("brig explain " + page + " shows it, with the lines that cure it."));
    }
    return problems;
  }

  /**
   * What the command names and the jail lacks: for a service that died without a useful word.
   *
   * @param command the program and its arguments
   */
  public List<Problem> arguments(List<String> command) throws IOException {
    List<Problem> problems = new ArrayList<>();
    for (String argument : command.subList(1, command.size())) {
      String path = argument.startsWith("/") ? argument : argument.substring(equals(argument));
      Problem problem = path.startsWith("/") ? file(path) : null;
      if (problem != null) {
        problems.add(problem);
      }
    }
    return problems;
  }

  private static int equals(String argument) {
    return argument.indexOf('=') + 1;
  }

  private @Nullable Problem file(String path) throws IOException {
    if (exists(jail, path)) {
      return null;
    }
    FileStat stat = host.lstat(path);
    if (changes(path)) {
      // A log or a pid file: the host's copy would be of no use, it wants a place to write to.
      if (stat == null || isLog(path)) {
        return exists(jail, parent(path)) ? null : unwritable(path);
      }
      return onHost(path)
          .remedy(
              "If the service only reads it, "
                  + lowerFirst(add("[files] include = [\"" + path + "\"]"))
                  + " If it writes there: writable = [\""
                  + (stat.type() == FileStat.Type.DIRECTORY ? path : parent(path))
                  + "\"].");
    }
    if (!exists(host, path)) {
      return null;
    }
    boolean program =
        stat != null
            && stat.type() == FileStat.Type.FILE
            && (stat.mode() & 0111) != 0
            && !path.contains(".so");
    return onHost(path)
        .remedy(add("[files] " + (program ? "programs" : "include") + " = [\"" + path + "\"]"));
  }

  private static Problem onHost(String path) {
    return Problem.of(path + " is on the host, but not in the jail");
  }

  private static boolean isLog(String path) {
    return path.startsWith("/var/log/") || path.startsWith("/run/") || path.startsWith("/var/run/");
  }

  private Problem unwritable(String path) throws IOException {
    FileStat stat = jail.lstat(path);
    boolean directory = stat != null && stat.type() == FileStat.Type.DIRECTORY;
    String place = directory ? path : parent(path);
    return Problem.of("the service cannot write to " + place)
        .remedy(
            "If it should, "
                + lowerFirst(add("[files] writable = [\"" + place + "\"]"))
                + " What may be lost at each start belongs to temporary.");
  }

  private @Nullable Problem library(String name) throws IOException {
    String path = name.startsWith("/") ? name : libraryOnHost(name);
    if (path == null) {
      return Problem.of("the library " + name + " is neither in the jail nor on the host");
    }
    return exists(jail, path)
        ? null
        : Problem.of("the library " + name + " is not in the jail")
            .remedy(add("[files] include = [\"" + path + "\"]"));
  }

  private @Nullable String libraryOnHost(String library) throws IOException {
    for (String directory : libraryDirectories()) {
      String path = directory + "/" + library;
      if (exists(host, path)) {
        return path;
      }
    }
    return null;
  }

  private List<String> libraryDirectories() {
    String triplet = host.machine() + "-linux-gnu";
    return List.of(
        "/usr/local/lib/" + triplet,
        "/usr/lib/" + triplet,
        "/lib/" + triplet,
        "/usr/lib64",
        "/lib64",
        "/usr/local/lib",
        "/usr/lib",
        "/lib");
  }

  private @Nullable Problem account(String kind, String name, String database) throws IOException {
    if (names(jail, database, name)) {
      return null;
    }
    return names(host, database, name)
        ? Problem.of("the jail does not know the " + kind + " " + name)
            .remedy(add("[accounts] " + kind + "s = [\"" + name + "\"]"))
        : Problem.of("there is no " + kind + " " + name + ", neither in the jail nor on the host");
  }

  private static boolean names(Host where, String database, String name) throws IOException {
    if (where.lstat(database) == null) {
      return false;
    }
    String text = new String(where.read(database), StandardCharsets.UTF_8);
    return text.startsWith(name + ":") || text.contains("\n" + name + ":");
  }

  private static @Nullable Problem refused(@Nullable String path) {
    return path == null
        ? null
        : Problem.of("the service was refused something at " + path)
            .remedy(
                "See who owns it in the jail, and as whom the service runs: brig plan shows both.");
  }

  private static boolean changes(String path) {
    for (String beginning : CHANGING) {
      if (path.startsWith(beginning)) {
        return true;
      }
    }
    return false;
  }

  /** There is something of that path, a last link followed. */
  public static boolean exists(Host where, String path) throws IOException {
    String at = path;
    for (int links = 0; links < MOST_LINKS; links++) {
      FileStat stat = where.lstat(at);
      if (stat == null || stat.type() != FileStat.Type.LINK) {
        return stat != null;
      }
      String target = where.readLink(at);
      at = target.startsWith("/") ? target : parent(at) + "/" + target;
    }
    return false;
  }

  private String add(String line) {
    return "Add to " + jailfile + ": " + line + ".";
  }

  private static String lowerFirst(String text) {
    return Character.toLowerCase(text.charAt(0)) + text.substring(1);
  }

  private static String parent(String path) {
    int slash = path.lastIndexOf('/');
    return slash <= 0 ? "/" : path.substring(0, slash);
  }
}
