package brig.plan;

import brig.report.Problem;
import java.util.List;

/**
 * All that a jail will hold.
 *
 * @param jail the jail's name
 * @param entries sorted by path, one for each path, the root directory first
 * @param users the accounts inside, by uid; {@code groups} likewise
 * @param service the ids that the service ends up with, as the host knows them
 * @param warnings what the person should know although a jail can be built
 */
public record Plan(
    String jail,
    List<Entry> entries,
    List<User> users,
    List<Group> groups,
    ServiceIds service,
    List<Problem> warnings) {

  public record User(String name, int uid, int gid, String comment, String home) {}

  public record Group(String name, int gid, List<String> members) {}

  /** Resolved on the host, never inside the jail. */
  public record ServiceIds(int uid, int gid, List<Integer> groups) {}
}
