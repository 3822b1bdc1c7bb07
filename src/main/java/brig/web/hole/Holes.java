package brig.web.hole;

import brig.web.config.Action;
import brig.web.config.Location;
import brig.web.config.Site;
import brig.web.config.WebConfig;
import java.util.ArrayList;
import java.util.List;

/** The holes of a configuration, which parent and worker count alike. */
public final class Holes {
  private Holes() {}

  /** The directories of their doors, each once, in the order of their numbers. */
  public static List<String> directories(WebConfig config) {
    List<String> directories = new ArrayList<>();
    for (Site site : config.sites()) {
      for (Location location : site.locations()) {
        if (location.action() instanceof Action.Hole hole
            && !directories.contains(hole.directory().value())) {
          directories.add(hole.directory().value());
        }
      }
    }
    return directories;
  }

  /** The number of one. */
  public static int number(WebConfig config, Action.Hole hole) {
    return directories(config).indexOf(hole.directory().value());
  }
}
