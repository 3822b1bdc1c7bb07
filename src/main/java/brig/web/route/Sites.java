package brig.web.route;

import brig.web.config.Action;
import brig.web.config.Location;
import brig.web.config.Site;
import brig.web.config.WebConfig;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sites by the names that clients ask for. */
public final class Sites {
  private final Site main;
  private final Map<String, Site> byName = new HashMap<>();

  public Sites(WebConfig config) {
    List<Site> sites = config.sites();
    main = sites.getFirst();
    for (Site site : sites) {
      for (String name : site.names()) {
        byName.put(name, site);
      }
    }
  }

  /**
   * Who answers for a host.
   *
   * @param host as the client sent it, its port too; null: it sent none
   */
  public Site of(@Nullable String host) {
    if (host == null || byName.isEmpty()) {
      return main;
    }
    int colon = host.endsWith("]") ? -1 : host.lastIndexOf(':');
    String name = (colon < 0 ? host : host.substring(0, colon)).toLowerCase(Locale.ROOT);
    Site exact = byName.get(name);
    for (int dot = name.indexOf('.'); exact == null && dot >= 0; dot = name.indexOf('.', dot + 1)) {
      exact = byName.get("*" + name.substring(dot));
    }
    return exact == null ? main : exact;
  }

  /**
   * The location of a path: the longest that covers it; what a site does not name are its files.
   */
  public static Location location(Site site, String path) {
    Location longest = null;
    for (Location location : site.locations()) {
      if (location.covers(path)
          && (longest == null || location.path().length() > longest.path().length())) {
        longest = location;
      }
    }
    return longest == null
        ? new Location("/", new Action.Files(null), null, site.root().at())
        : longest;
  }
}
