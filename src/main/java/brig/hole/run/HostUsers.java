package brig.hole.run;

import brig.linux.HostFiles;
import brig.linux.LinuxException;
import brig.plan.HostAccounts;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The users and groups of the host, of its files alone: passwd(5), group(5). Never of a jail's, and
 * of no name service that would load a library into the listener.
 */
public final class HostUsers {
  private final Map<String, HostUser> byName = new HashMap<>();
  private final Map<Integer, HostUser> byUid = new HashMap<>();
  private final Map<String, List<String>> members = new HashMap<>();
  private final Map<String, Integer> gids = new HashMap<>();
  private final Map<Integer, String> names = new HashMap<>();

  private HostUsers() {}

  /** One line of /etc/passwd with its groups. */
  public record HostUser(String name, int uid, int gid) {}

  /** As they are now. */
  public static HostUsers read() throws LinuxException {
    return of(HostFiles.read("/etc/passwd"), HostFiles.read("/etc/group"));
  }

  static HostUsers of(byte[] passwd, byte[] group) {
    HostUsers users = new HostUsers();
    for (String[] line : HostAccounts.lines(passwd, 7)) {
      int uid = HostAccounts.number(line[2]);
      int gid = HostAccounts.number(line[3]);
      if (uid >= 0 && gid >= 0) {
        HostUser user = new HostUser(line[0], uid, gid);
        users.byName.putIfAbsent(line[0], user);
        users.byUid.putIfAbsent(uid, user);
      }
    }
    for (String[] line : HostAccounts.lines(group, 4)) {
      int gid = HostAccounts.number(line[2]);
      if (gid >= 0) {
        users.gids.putIfAbsent(line[0], gid);
        users.names.putIfAbsent(gid, line[0]);
        users.members.putIfAbsent(line[0], List.of(line[3].split(",", -1)));
      }
    }
    return users;
  }

  /** By name; by number where it has no such name, but such a user. Null: there is none. */
  public @Nullable HostUser find(String nameOrNumber) {
    HostUser named = byName.get(nameOrNumber);
    if (named != null) {
      return named;
    }
    int uid = HostAccounts.number(nameOrNumber);
    return uid < 0 ? null : byUid.get(uid);
  }

  /** The number of a user; of a number that nobody has, the number itself; -1: there is none. */
  public int uid(String nameOrNumber) {
    HostUser user = find(nameOrNumber);
    return user == null ? HostAccounts.number(nameOrNumber) : user.uid();
  }

  /** By name alone. */
  public @Nullable HostUser named(String name) {
    return byName.get(name);
  }

  /** Every group that the user is in beside the first. */
  public List<Integer> groupsOf(HostUser user) {
    List<Integer> groups = new ArrayList<>();
    for (Map.Entry<String, List<String>> group : members.entrySet()) {
      Integer gid = gids.get(group.getKey());
      if (gid != null && gid != user.gid() && group.getValue().contains(user.name())) {
        groups.add(gid);
      }
    }
    groups.sort(null);
    return groups;
  }

  /** Whether the user is in the group, by its first group or by the list. */
  public boolean isIn(HostUser user, String group) {
    return group.equals(names.get(user.gid()))
        || members.getOrDefault(group, List.of()).contains(user.name());
  }
}
