package brig.web.parent;

import brig.linux.Fd;
import brig.linux.HostFiles;
import brig.linux.LinuxException;
import brig.linux.ProcessStatus;
import brig.linux.ThreadStatus;
import brig.report.BrigException;
import brig.report.Problem;
import brig.spec.Located;
import brig.web.config.WebConfig;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who the worker is: numbers, looked up outside (B30).
 *
 * @param groups further groups
 */
public record Account(String name, int uid, int gid, List<Integer> groups) {
  /** The first of these that the host has serves when nothing is said. */
  private static final List<String> USUAL =
      List.of("www-data", "http", "nginx", "apache", "nobody");

  static Account of(WebConfig config) throws BrigException, LinuxException {
    Located<String> wanted = config.user();
    if (!isRoot()) {
      return wanted == null ? own() : same(wanted);
    }
    List<String> names = wanted == null ? USUAL : List.of(wanted.value());
    for (String name : names) {
      List<String> entry = line("/etc/passwd", name);
      if (entry != null && entry.size() >= 4) {
        return checked(config, name, number(entry.get(2)), gid(config, number(entry.get(3))));
      }
    }
    if (wanted != null && number(wanted.value()) > 0) {
      int uid = number(wanted.value());
      return checked(config, wanted.value(), uid, gid(config, uid));
    }
    throw BrigException.usage(
        Problem.of("there is no account " + String.join(", ", names) + " on this host")
            .remedy("Name one: user = \"www-data\".")
            .at(wanted == null ? null : wanted.at()));
  }

  /** Whether this process can become somebody else. */
  static boolean isRoot() {
    return ProcessStatus.effectiveUid() == 0;
  }

  /** Who this process is, with the groups that nobody can leave without a privilege. */
  static Account own() throws LinuxException {
    try (Fd file = ThreadStatus.open(ProcessStatus.self())) {
      ThreadStatus self = ThreadStatus.read(file);
      return new Account(
          "", self.uids().getFirst(), self.gids().getFirst(), List.copyOf(self.groups()));
    }
  }

  /** Whoever is not root can name nobody but oneself. */
  private static Account same(Located<String> user) throws BrigException, LinuxException {
    Account own = own();
    List<String> entry = line("/etc/passwd", user.value());
    int uid = entry == null || entry.size() < 4 ? number(user.value()) : number(entry.get(2));
    if (uid != own.uid()) {
      throw BrigException.usage(
          Problem.of("nothing can run as " + user.value())
              .answered("this is user " + own.uid() + ", not root")
              .remedy("Use sudo; or leave 'user' out: all runs as who you are.")
              .at(user.at()));
    }
    return own;
  }

  /** The account that programs of a location run as. */
  static Account named(Located<String> user) throws BrigException, LinuxException {
    if (!isRoot()) {
      return same(user);
    }
    List<String> entry = line("/etc/passwd", user.value());
    int uid = entry == null || entry.size() < 4 ? number(user.value()) : number(entry.get(2));
    int gid = entry == null || entry.size() < 4 ? uid : number(entry.get(3));
    if (uid <= 0 || gid <= 0) {
      throw BrigException.usage(
          Problem.of("programs cannot run as " + user.value())
              .remedy("Name an account of this host that is neither root nor of root's group.")
              .at(user.at()));
    }
    return new Account(user.value(), uid, gid, List.of());
  }

  private static Account checked(WebConfig config, String name, int uid, int gid)
      throws BrigException {
    if (uid <= 0 || gid <= 0) {
      throw BrigException.usage(
          Problem.of("the worker cannot be " + name + ": that is root, or of root's group")
              .remedy("Name an account of its own: user = \"www-data\".")
              .at(config.user() == null ? null : config.user().at()));
    }
    return new Account(name, uid, gid, List.of());
  }

  private static int gid(WebConfig config, int otherwise) throws BrigException, LinuxException {
    Located<String> group = config.group();
    if (group == null) {
      return otherwise;
    }
    List<String> entry = line("/etc/group", group.value());
    int gid = entry != null && entry.size() >= 3 ? number(entry.get(2)) : number(group.value());
    if (gid < 0) {
      throw BrigException.usage(
          Problem.of("there is no group " + group.value() + " on this host")
              .remedy("Name another, or leave 'group' out.")
              .at(group.at()));
    }
    return gid;
  }

  private static int number(String text) {
    try {
      return text.isEmpty() || text.charAt(0) < '0' || text.charAt(0) > '9'
          ? -1
          : Integer.parseInt(text);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  /** The fields of a line of passwd(5) or group(5). */
  private static @Nullable List<String> line(String file, String name) throws LinuxException {
    byte[] bytes = HostFiles.readOrNull(file);
    if (bytes == null) {
      return null;
    }
    for (String line : new String(bytes, StandardCharsets.ISO_8859_1).split("\n", -1)) {
      if (line.startsWith(name + ":")) {
        return new ArrayList<>(List.of(line.split(":", -1)));
      }
    }
    return null;
  }
}
