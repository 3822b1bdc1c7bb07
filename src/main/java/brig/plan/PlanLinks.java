package brig.plan;

import org.jspecify.annotations.Nullable;

/** Where paths lead by the links that a plan has, as they would for a process inside. */
public final class PlanLinks {
  /** As in the kernel (path_resolution(7)). */
  private static final int MOST_LINKS = 40;

  private PlanLinks() {}

  /** The path with all links followed, the last name's too. */
  public static String real(Plan plan, String path) {
    String at = path;
    for (int links = 0; links < MOST_LINKS; links++) {
      String next = throughFirst(plan, at, true);
      if (next == null) {
        return at;
      }
      at = next;
    }
    return at;
  }

  /** The entry of a path, the links on its way followed, but not a last one. */
  public static @Nullable Entry find(Plan plan, String path) {
    String at = path;
    for (int links = 0; at != null && links < MOST_LINKS; links++) {
      Entry entry = plan.entry(at);
      if (entry != null) {
        return entry;
      }
      at = throughFirst(plan, at, false);
    }
    return null;
  }

  private static @Nullable String throughFirst(Plan plan, String path, boolean last) {
    for (int end = path.indexOf('/', 1); end > 0; end = path.indexOf('/', end + 1)) {
      if (plan.entry(path.substring(0, end)) instanceof Entry.Link link) {
        return target(link, path.substring(end));
      }
    }
    return last && plan.entry(path) instanceof Entry.Link link ? target(link, "") : null;
  }

  private static String target(Entry.Link link, String rest) {
    String to = link.target();
    return Paths.plain((to.startsWith("/") ? to : Paths.parent(link.path()) + "/" + to) + rest);
  }
}
