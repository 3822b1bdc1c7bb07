package brig.plan;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The host's /etc/passwd and /etc/group, read by Brig itself: passwd(5), group(5). */
public final class HostAccounts {
  private final List<Plan.User> users = new ArrayList<>();
  private final List<Plan.Group> groups = new ArrayList<>();

  public HostAccounts(Host host) throws IOException {
    for (String[] fields : lines(host, "/etc/passwd", 7)) {
      int uid = number(fields[2]);
      int gid = number(fields[3]);
      if (uid >= 0 && gid >= 0) {
        users.add(new Plan.User(fields[0], uid, gid, fields[4], fields[5]));
      }
    }
    for (String[] fields : lines(host, "/etc/group", 4)) {
      int gid = number(fields[2]);
      if (gid >= 0) {
        groups.add(new Plan.Group(fields[0], gid, List.of()));
      }
    }
  }

  private static List<String[]> lines(Host host, String path, int fields) throws IOException {
    return host.lstat(path) == null ? List.of() : lines(host.read(path), fields);
  }

  /** The lines of a file that have a name and so many fields, each split at its colons. */
  public static List<String[]> lines(byte[] file, int fields) {
    List<String[]> found = new ArrayList<>();
    for (String line : new String(file, StandardCharsets.ISO_8859_1).split("\n", -1)) {
      String[] parts = line.split(":", -1);
      if (parts.length == fields && !parts[0].isEmpty()) {
        found.add(parts);
      }
    }
    return found;
  }

  /** A number of ASCII digits that fits an id; -1 for any other text. */
  public static int number(String text) {
    if (text.isEmpty() || text.length() > 10) {
      return -1;
    }
    long value = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      value = value * 10 + (c - '0');
    }
    // 2^32-1 means "leave it" to the kernel; Brig keeps ids within a Java int.
    return value >= Integer.MAX_VALUE ? -1 : (int) value;
  }

  public Plan.@Nullable User user(String nameOrNumber) {
    int uid = number(nameOrNumber);
    for (Plan.User user : users) {
      if (uid >= 0 ? user.uid() == uid : user.name().equals(nameOrNumber)) {
        return user;
      }
    }
    return null;
  }

  public Plan.@Nullable Group group(String nameOrNumber) {
    int gid = number(nameOrNumber);
    for (Plan.Group group : groups) {
      if (gid >= 0 ? group.gid() == gid : group.name().equals(nameOrNumber)) {
        return group;
      }
    }
    return null;
  }

  public Plan.@Nullable Group group(int gid) {
    for (Plan.Group group : groups) {
      if (group.gid() == gid) {
        return group;
      }
    }
    return null;
  }
}
