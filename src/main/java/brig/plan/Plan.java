package brig.plan;

import brig.report.Problem;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that a jail will hold.
 *
 * @param jail the jail's name
 * @param entries sorted by path, one for each path, the root directory first
 * @param users the accounts inside, by uid; {@code groups} likewise
 * @param service the ids that the service ends up with, as the host knows them
 * @param warnings what the person should know although a jail can be built
 * @param leftOut what was asked for and does not come in, sorted by path
 * @param origin the directory that {@code $ORIGIN} stands for in the library paths of the program
 *     that the command starts; null when it has none
 */
public record Plan(
    String jail,
    List<Entry> entries,
    List<User> users,
    List<Group> groups,
    ServiceIds service,
    List<Problem> warnings,
    List<LeftOut> leftOut,
    @Nullable String origin) {

  public Plan(
      String jail,
      List<Entry> entries,
      List<User> users,
      List<Group> groups,
      ServiceIds service,
      List<Problem> warnings) {
    this(jail, entries, users, groups, service, warnings, List.of(), null);
  }

  /**
   * Holds the invariant that the tree is built upon: every entry's path is normal, and the entry
   * above it is a directory. So no path can lead through a link, and none out of the jail.
   *
   * @throws IllegalArgumentException if an entry breaks it
   */
  public Plan {
    entries = List.copyOf(entries);
    users = List.copyOf(users);
    groups = List.copyOf(groups);
    warnings = List.copyOf(warnings);
    leftOut = List.copyOf(leftOut);
    Map<String, Entry> byPath = HashMap.newHashMap(entries.size());
    String last = null;
    for (Entry entry : entries) {
      String path = entry.path();
      if (!Paths.isNormal(path)) {
        throw new IllegalArgumentException("not an absolute, normal path: " + path);
      }
      if (last == null ? !path.equals("/") : last.compareTo(path) >= 0) {
        throw new IllegalArgumentException("entries are not sorted at " + path);
      }
      last = path;
      checkParent(entry, byPath);
      byPath.put(path, entry);
    }
  }

  private static void checkParent(Entry entry, Map<String, Entry> byPath) {
    if (entry.path().equals("/")) {
      return;
    }
    String above = Paths.parent(entry.path());
    Entry parent = byPath.get(above.isEmpty() ? "/" : above);
    if (!(parent instanceof Entry.Directory || parent instanceof Entry.Writable)) {
      throw new IllegalArgumentException(
          "the path of " + entry.path() + " leads through something that is no directory");
    }
  }

  /** The entry of that very path; null when there is none. */
  public @Nullable Entry entry(String path) {
    int low = 0;
    int high = entries.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = entries.get(middle).path().compareTo(path);
      if (order == 0) {
        return entries.get(middle);
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return null;
  }

  public record User(String name, int uid, int gid, String comment, String home) {}

  public record Group(String name, int gid, List<String> members) {}

  /** Resolved on the host, never inside the jail. */
  public record ServiceIds(int uid, int gid, List<Integer> groups) {}
}
