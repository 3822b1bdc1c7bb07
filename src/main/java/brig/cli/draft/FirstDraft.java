package brig.cli.draft;

import brig.linux.LinuxException;
import brig.linux.Stat;
import brig.plan.Host;
import brig.report.BrigException;
import brig.report.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The jailfile that {@code brig init NAME -- COMMAND} begins with: defaults, explained. */
final class FirstDraft {
  private static final List<String> PATH =
      List.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin");

  /** Accounts that packages make for services of another name; the first that exists is taken. */
  private static final Map<String, List<String>> ACCOUNTS =
      Map.of(
          "nginx", List.of("www-data", "nginx"),
          "apache2", List.of("www-data", "apache"),
          "httpd", List.of("apache", "www-data"),
          "lighttpd", List.of("www-data", "lighttpd"),
          "busybox", List.of("www-data"),
          "named", List.of("bind", "named"),
          "redis-server", List.of("redis"),
          "smtpd", List.of("opensmtpd"));

  private static final String NOBODY = "nobody";

  private FirstDraft() {}

  /**
   * The text of the jailfile.
   *
   * @throws BrigException when there is no such program
   */
  static String of(String name, List<String> command, Host host) throws BrigException, IOException {
    String program = resolve(command.getFirst());
    StringBuilder argv = new StringBuilder(quoted(program));
    for (String argument : command.subList(1, command.size())) {
      argv.append(", ").append(quoted(argument));
    }
    String user = account(name, base(program), host);
    return TEMPLATE
        .replace("@USER_NOTE@", user.equals(NOBODY) ? USER_NOBODY : USER_FOUND)
        .replace("@USER@", user)
        .replace("@NAME@", name)
        .replace("@NAMED@", named(command, user, program))
        .replace("@COMMAND@", argv);
  }

  /** Where services write: a copy of what is there now would be of no use. */
  private static final List<String> CHANGING =
      List.of(
          "/dev/",
          "/proc/",
          "/sys/",
          "/run/",
          "/tmp/",
          "/var/run/",
          "/var/log/",
          "/var/lib/",
          "/var/cache/",
          "/var/spool/");

  /** Lines for the files and directories that the arguments name, as {@code /PATH} or =/PATH. */
  private static String named(List<String> command, String user, String program)
      throws BrigException, LinuxException {
    Set<String> paths = new LinkedHashSet<>();
    for (String argument : command.subList(1, command.size())) {
      int start = argument.startsWith("/") ? 0 : argument.indexOf('=') + 1;
      String path = argument.substring(start);
      path = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
      if (path.lastIndexOf('/') > 0 && isPlain(path) && !changes(path)) {
        Stat stat = Stat.of(path);
        if (stat != null && (stat.isFile() || stat.isDirectory())) {
          paths.add(configuration(path, List.of(user, base(program))));
        }
      }
    }
    StringBuilder lines = new StringBuilder();
    for (String path : paths) {
      lines.append("  ").append(quoted(path)).append(",\n");
    }
    return lines.toString();
  }

  /** The whole of /etc/NAME for a file of it: configuration is seldom one file. */
  private static String configuration(String path, List<String> names) {
    for (String name : names) {
      if (path.startsWith("/etc/" + name + "/")) {
        return "/etc/" + name;
      }
    }
    return path;
  }

  /** As a jailfile wants it. */
  private static boolean isPlain(String path) {
    return path.startsWith("/")
        && !(path + "/").contains("/./")
        && !(path + "/").contains("/../")
        && !path.contains("//");
  }

  private static boolean changes(String path) {
    for (String place : CHANGING) {
      if ((path + "/").startsWith(place)) {
        return true;
      }
    }
    return false;
  }

  private static String base(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private static String resolve(String word) throws BrigException, LinuxException {
    if (word.startsWith("/")) {
      requireProgram(word, Stat.of(word));
      return word;
    }
    if (word.indexOf('/') < 0) {
      for (String directory : PATH) {
        Stat stat = Stat.of(directory + "/" + word);
        if (stat != null && isProgram(stat)) {
          return directory + "/" + word;
        }
      }
    }
    throw BrigException.usage(
        Problem.of("there is no program \"" + word + "\" in " + String.join(":", PATH))
            .remedy("Write its full path."));
  }

  private static void requireProgram(String path, @Nullable Stat stat) throws BrigException {
    if (stat == null) {
      throw BrigException.usage(
          Problem.of("there is no program " + path).remedy("Install it, or mind the spelling."));
    }
    if (!isProgram(stat)) {
      throw BrigException.usage(
          Problem.of(path + " is not a program").remedy("Name a file that can be executed."));
    }
  }

  private static boolean isProgram(Stat stat) {
    return stat.isFile() && (stat.mode() & 0111) != 0;
  }

  private static String account(String jail, String program, Host host) throws IOException {
    Set<String> accounts = accounts(host);
    List<String> candidates = new ArrayList<>(ACCOUNTS.getOrDefault(program, List.of()));
    if (program.startsWith("php-fpm")) {
      candidates.add("www-data");
    }
    candidates.add(program);
    candidates.add(jail);
    for (String candidate : candidates) {
      if (accounts.contains(candidate)) {
        return candidate;
      }
    }
    return NOBODY;
  }

  /** The names in /etc/passwd that are not uid 0. */
  private static Set<String> accounts(Host host) throws IOException {
    Set<String> names = new HashSet<>();
    String passwd = new String(host.read("/etc/passwd"), StandardCharsets.ISO_8859_1);
    for (String line : passwd.split("\n", -1)) {
      String[] fields = line.split(":", -1);
      if (fields.length == 7 && !fields[2].equals("0")) {
        names.add(fields[0]);
      }
    }
    return names;
  }

  /** A TOML string. */
  private static String quoted(String text) throws BrigException {
    StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
    int i = 0;
    while (i < text.length()) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
        throw BrigException.usage(
            Problem.of("the argument " + text + " is not UTF-8, so no jailfile can hold it"));
      }
      if (c == '"' || c == '\\') {
        quoted.append('\\').append((char) c);
      } else if (c < 0x20 || c == 0x7F) {
        String hex = Integer.toHexString(c);
        quoted.append("\\u").repeat("0", 4 - hex.length()).append(hex);
      } else {
        quoted.appendCodePoint(c);
      }
    }
    return quoted.append('"').toString();
  }

  private static final String USER_FOUND =
      "# The account that the service runs as, with no capability. Best one that nothing else"
          + " uses.";

  private static final String USER_NOBODY =
      """
      # The account that the service runs as, with no capability. Others may run as nobody too, and
      # whoever shares an account can disturb the other: 'adduser --system --group @NAME@' makes one.\
      """;

  private static final String TEMPLATE =
      """
      # The jail of @NAME@. Every key and its default: docs/jailfile.md.
      # What goes in and why: brig plan @NAME@, brig why @NAME@ PATH.

      description = "@NAME@"

      # The program and its arguments. Its libraries, and what they load, come by themselves.
      # It must stay in the foreground: many daemons have an option for that.
      command = [@COMMAND@]

      @USER_NOTE@
      user = "@USER@"

      # A service that must begin as root and drops by itself, with nothing but what it needs:
      # start_as_root = true
      # capabilities = ["CAP_NET_BIND_SERVICE", "CAP_SETUID", "CAP_SETGID"]

      # How 'brig stop' asks it to end, and when it insists.
      # stop_signal = "TERM"
      # stop_timeout = "10s"

      [files]
      # Files and directories of the host that the service reads: configuration, data, scripts.
      include = [
      @NAMED@  # "/etc/@NAME@",
        # "/srv/@NAME@",
      ]

      # Programs that it starts by itself, with all that they load.
      # programs = ["/usr/bin/perl"]

      # Where it may write, kept over builds and restarts. Everything else is read-only.
      writable = [
        # "/var/lib/@NAME@",
        # { path = "/var/log/@NAME@", owner = "@USER@", mode = "0750" },
      ]

      # Where it may write, in memory, empty at each start.
      temporary = [
        # "/tmp",
        # "/run",
      ]

      [network]
      # Ports below 1024 are best opened by Brig and handed in as descriptors 3, 4, ...; a service
      # that cannot take them needs capabilities = ["CAP_NET_BIND_SERVICE"].
      # sockets = ["0.0.0.0:80", "[::]:80"]
      # TCP ports that it may listen on: any, unless this names some.
      # listen = [8080]
      # TCP ports that it may connect to: none, unless this names some (or is "any").
      # connect = [5432]

      # Sockets of other services (a database), mounted at start: inside = outside.
      # [sockets]
      # "/run/postgresql" = "/run/postgresql"

      # All that its environment holds beside PATH and HOME.
      # [environment]
      # LANG = "C.UTF-8"

      # What is loaded at run time is found by rules; here they are overruled.
      # [features]
      # dns = true
      # certificates = true
      # timezone = "host"

      # [limits]
      # open_files = 1024
      # processes = 256
      """;
}
