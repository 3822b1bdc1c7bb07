package brig.web.wire;

import java.util.ArrayList;
import java.util.List;

/**
 * What the parent has found out for the worker.
 *
 * @param uid the worker's, from when it has gone in; likewise {@code gid} and {@code groups}
 * @param jail the directory that becomes its root, without links on the way; empty: none
 *     (--no-jail)
 * @param sockets of the configuration's listens, which come first among the descriptors
 * @param status whether one more is for the status
 * @param access whether there is a log of accesses
 */
public record WorkerOrder(
    int uid,
    int gid,
    List<Integer> groups,
    String jail,
    int sockets,
    boolean status,
    boolean access) {

  public String text() {
    StringBuilder groupList = new StringBuilder();
    for (int group : groups) {
      groupList.append(groupList.isEmpty() ? "" : ",").append(Integer.toUnsignedString(group));
    }
    return Integer.toUnsignedString(uid)
        + "\n"
        + Integer.toUnsignedString(gid)
        + "\n"
        + groupList
        + "\n"
        + jail
        + "\n"
        + sockets
        + "\n"
        + status
        + "\n"
        + access;
  }

  public static WorkerOrder parse(String text) {
    List<String> lines = split(text, '\n');
    List<Integer> groups = new ArrayList<>();
    if (!lines.get(2).isEmpty()) {
      for (String group : split(lines.get(2), ',')) {
        groups.add(Integer.parseUnsignedInt(group));
      }
    }
    return new WorkerOrder(
        Integer.parseUnsignedInt(lines.get(0)),
        Integer.parseUnsignedInt(lines.get(1)),
        groups,
        lines.get(3),
        Integer.parseInt(lines.get(4)),
        Boolean.parseBoolean(lines.get(5)),
        Boolean.parseBoolean(lines.get(6)));
  }

  static List<String> split(String text, char at) {
    List<String> parts = new ArrayList<>();
    int from = 0;
    for (int i = 0; i <= text.length(); i++) {
      if (i == text.length() || text.charAt(i) == at) {
        parts.add(text.substring(from, i));
        from = i + 1;
      }
    }
    return parts;
  }
}
