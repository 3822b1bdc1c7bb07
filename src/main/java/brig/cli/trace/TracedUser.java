package brig.cli.trace;

import brig.plan.Host;
import brig.report.BrigException;
import brig.report.Problem;
import brig.trace.TracedProgram;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A user of the host's /etc/passwd with all of the groups that /etc/group gives: as su(1) does. */
final class TracedUser {
  private TracedUser() {}

  static TracedProgram.Identity of(String name, Host host) throws BrigException, IOException {
    for (String[] user : lines(host, "/etc/passwd", 7)) {
      if (user[0].equals(name) || user[2].equals(name)) {
        int gid = Integer.parseUnsignedInt(user[3]);
        List<Integer> groups = new ArrayList<>(List.of(gid));
        for (String[] group : lines(host, "/etc/group", 4)) {
          if (List.of(group[3].split(",", -1)).contains(user[0])) {
            groups.add(Integer.parseUnsignedInt(group[2]));
          }
        }
        return new TracedProgram.Identity(Integer.parseUnsignedInt(user[2]), gid, groups);
      }
    }
    throw BrigException.usage(
        Problem.of("there is no user '" + name + "' in /etc/passwd")
            .remedy("Name one that is there, or its number."));
  }

  private static List<String[]> lines(Host host, String path, int fields) throws IOException {
    List<String[]> lines = new ArrayList<>();
    String text = new String(host.read(path), StandardCharsets.ISO_8859_1);
    for (String line : text.split("\n", -1)) {
      String[] parts = line.split(":", -1);
      if (parts.length == fields && number(parts[2]) && (fields < 7 || number(parts[3]))) {
        lines.add(parts);
      }
    }
    return lines;
  }

  private static boolean number(String text) {
    return !text.isEmpty()
        && text.length() <= 9
        && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
