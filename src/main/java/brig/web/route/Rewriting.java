package brig.web.route;

import brig.web.config.Site;
import org.jspecify.annotations.Nullable;

/** What a site's rewrites make of a path. */
public final class Rewriting {
  private Rewriting() {}

  /**
   * Where a path leads.
   *
   * @param redirect 0: the request goes on with the new path
   */
  public record Rewritten(String to, int redirect, Site.Rewrite by) {}

  /** The first that fits; null when none does. */
  public static @Nullable Rewritten of(Site site, String path) {
    for (Site.Rewrite rewrite : site.rewrites()) {
      String from = rewrite.from();
      String rest;
      if (from.endsWith("*")) {
        String start = from.substring(0, from.length() - 1);
        if (!path.startsWith(start)) {
          continue;
        }
        rest = path.substring(start.length());
      } else if (path.equals(from)) {
        rest = "";
      } else {
        continue;
      }
      String to = rewrite.to();
      String whole = to.endsWith("*") ? to.substring(0, to.length() - 1) + rest : to;
      return new Rewritten(whole, rewrite.redirect(), rewrite);
    }
    return null;
  }
}
