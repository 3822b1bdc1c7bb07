package brig.plan;

import brig.report.Problem;
import brig.spec.JailSpec;
import brig.spec.Located;
import brig.spec.LockFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Who is known in the jail, and as whom the service runs. The files hold the accounts that the
 * jailfile names and no others; no password opens any of them, and none has a shell.
 */
final class Accounts {
  private final JailSpec spec;
  private final HostAccounts host;
  private final Troubles troubles;
  private final Map<Integer, Plan.User> users = new TreeMap<>();
  private final Map<Integer, Plan.Group> groups = new TreeMap<>();
  private final Map<Integer, Reason> why = new TreeMap<>();
  private Plan.ServiceIds service = new Plan.ServiceIds(-1, -1, List.of());

  Accounts(JailSpec spec, Host host, Troubles troubles) throws IOException {
    this.spec = spec;
    this.host = new HostAccounts(host);
    this.troubles = troubles;
    resolve();
  }

  private void resolve() {
    JailSpec.Identity identity = spec.identity();
    if (identity.startAsRoot()) {
      Plan.User root = host.user("0");
      addUser(root == null ? new Plan.User("root", 0, 0, "", "/root") : root, identity.user());
    }
    for (Located<String> user : spec.accounts().users()) {
      Plan.User found = user(user);
      if (found != null) {
        addUser(found, user);
      }
    }
    for (Located<String> group : spec.accounts().groups()) {
      group(group);
    }
    for (Located<LockFile.LearnedAccount> line : spec.learned().accounts()) {
      Located<String> name = new Located<>(line.value().name(), line.at());
      if (line.value().group()) {
        group(name);
        continue;
      }
      Plan.User found = user(name);
      if (found != null) {
        addUser(found, name);
      }
    }
    resolveService(identity);
  }

  private void resolveService(JailSpec.Identity identity) {
    Plan.User user = host.user(identity.user().value());
    int uid = user != null ? user.uid() : HostAccounts.number(identity.user().value());
    if (uid < 0) {
      missing("user", identity.user(), "useradd --system");
    } else if (user != null) {
      addUser(user, identity.user());
    }
    Located<String> named = identity.group();
    int gid = user == null ? -1 : user.gid();
    if (named != null) {
      gid = group(named);
    } else if (user == null && uid >= 0) {
      troubles.fail(
          Problem.of("cannot tell the group of uid " + uid + ", which has no account on the host")
              .remedy("Give 'group' too."),
          identity.user());
    }
    List<Integer> supplementary = new ArrayList<>();
    for (Located<String> group : identity.groups()) {
      int id = group(group);
      if (id >= 0 && id != gid && !supplementary.contains(id)) {
        supplementary.add(id);
      }
    }
    service = new Plan.ServiceIds(uid, gid, List.copyOf(supplementary));
  }

  private void addUser(Plan.User user, Located<String> line) {
    users.putIfAbsent(user.uid(), user);
    Plan.Group group = host.group(user.gid());
    if (group != null) {
      groups.putIfAbsent(group.gid(), group);
    }
    why.putIfAbsent(user.uid(), troubles.because(line));
  }

  private Plan.@Nullable User user(Located<String> line) {
    Plan.User user = host.user(line.value());
    if (user == null) {
      missing("user", line, "useradd --system");
    }
    return user;
  }

  private int group(Located<String> line) {
    Plan.Group group = host.group(line.value());
    if (group != null) {
      groups.putIfAbsent(group.gid(), group);
      return group.gid();
    }
    int gid = HostAccounts.number(line.value());
    if (gid < 0) {
      missing("group", line, "groupadd --system");
    }
    return gid;
  }

  private void missing(String kind, Located<String> line, String command) {
    String file = kind.equals("user") ? "/etc/passwd" : "/etc/group";
    troubles.fail(
        Problem.of("cannot find the " + kind + " " + line.value())
            .answered(file + " has no such " + kind)
            .remedy("Make it (" + command + " " + line.value() + ") or name another."),
        line);
  }

  /** The uid and gid of an owner: name or number; null means the service's own. */
  int[] owner(@Nullable String owner, Located<?> line) {
    if (owner == null) {
      return new int[] {Math.max(0, service.uid()), Math.max(0, service.gid())};
    }
    Plan.User user = host.user(owner);
    if (user != null) {
      return new int[] {user.uid(), user.gid()};
    }
    int uid = HostAccounts.number(owner);
    if (uid < 0) {
      missing("user", new Located<>(owner, line.at()), "useradd --system");
    }
    return new int[] {Math.max(0, uid), Math.max(0, uid)};
  }

  List<Plan.User> users() {
    List<Plan.User> all = new ArrayList<>(users.values());
    all.sort((one, other) -> Integer.compare(one.uid(), other.uid()));
    return all;
  }

  List<Plan.Group> groups() {
    return new ArrayList<>(groups.values());
  }

  Plan.ServiceIds service() {
    return service;
  }

  /** Puts passwd, group and shadow into the jail. */
  void write(Draft draft) throws IOException {
    Reason reason = troubles.because(spec.identity().user()).then("accounts of the jail");
    boolean strict = spec.hardening() == JailSpec.Hardening.STRICT;
    StringBuilder passwd = new StringBuilder();
    StringBuilder shadow = new StringBuilder();
    for (Plan.User user : users()) {
      passwd.append(user.name()).append(":x:").append(user.uid()).append(':').append(user.gid());
      passwd.append(':').append(strict ? "" : user.comment()).append(':').append(user.home());
      passwd.append(":/bin/false\n");
      shadow.append(user.name()).append(":!*:::::::\n");
    }
    StringBuilder group = new StringBuilder();
    for (Plan.Group each : groups()) {
      group.append(each.name()).append(":x:").append(each.gid()).append(':');
      group.append(String.join(",", each.members())).append('\n');
    }
    generate(draft, "/etc/passwd", passwd, 0644, reason);
    generate(draft, "/etc/group", group, 0644, reason);
    generate(draft, "/etc/shadow", shadow, 0400, reason);
  }

  private static void generate(
      Draft draft, String path, StringBuilder text, int mode, Reason reason) throws IOException {
    byte[] content = text.toString().getBytes(StandardCharsets.ISO_8859_1);
    draft.generate(path, content, mode, reason);
  }
}
