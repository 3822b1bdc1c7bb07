package brig.cli.host;

import brig.audit.Service;
import brig.plan.Host;
import brig.report.BrigException;
import brig.report.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Users of the host, with the groups that a login would give them. */
public final class HostUsers {
  private HostUsers() {}

  /**
   * A user as the service of a jail.
   *
   * @param nameOrNumber a number need not have an account
   */
  public static Service service(String nameOrNumber, Host host) throws BrigException, IOException {
    for (String[] fields : lines(host, "/etc/passwd")) {
      boolean asked =
          fields.length == 7 && (fields[0].equals(nameOrNumber) || fields[2].equals(nameOrNumber));
      if (asked) {
        int uid = number(fields[2]);
        int gid = number(fields[3]);
        return new Service(fields[0], uid, gid, groups(fields[0], host), false);
      }
    }
    int uid = number(nameOrNumber);
    if (uid < 0) {
      throw BrigException.usage(
          Problem.of("brig audit: the host has no user " + nameOrNumber)
              .remedy("--as takes a name of the host's /etc/passwd, or a number."));
    }
    return new Service(nameOrNumber, uid, uid, List.of(), false);
  }

  private static List<Integer> groups(String user, Host host) throws IOException {
    List<Integer> groups = new ArrayList<>();
    for (String[] fields : lines(host, "/etc/group")) {
      if (fields.length == 4 && Arrays.asList(fields[3].split(",", -1)).contains(user)) {
        groups.add(number(fields[2]));
      }
    }
    return groups;
  }

  private static List<String[]> lines(Host host, String file) throws IOException {
    List<String[]> lines = new ArrayList<>();
    String text = new String(host.read(file), StandardCharsets.UTF_8);
    for (String line : text.split("\n", -1)) {
      lines.add(line.split(":", -1));
    }
    return lines;
  }

  /** ASCII digits only; -1 for anything else. */
  private static int number(String text) {
    if (text.isEmpty() || text.length() > 9 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return -1;
    }
    return Integer.parseInt(text);
  }
}
