package brig.web.cgi;

import brig.launch.child.ChildOrder.ChildLimits;
import brig.launch.child.ChildOrder.Identity;
import brig.linux.LinuxException;
import brig.report.BrigException;
import brig.spec.Located;
import brig.web.config.Action;
import brig.web.config.Location;
import brig.web.config.Site;
import brig.web.config.WebConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The places of programs in a configuration, which parent and worker count alike: both have read
 * the same text.
 */
public final class CgiPlaces {
  /**
   * A program that starts others by name finds them here, and not where a request would have it.
   */
  private static final String PATH = "/usr/local/bin:/usr/bin:/bin";

  private CgiPlaces() {}

  /** From what the configuration calls something to what the parent made of it. */
  public interface Resolver {
    /** Who programs run as that are not their owner's. */
    Identity identity(Action.Cgi cgi) throws BrigException, LinuxException;

    /** Where programs find a path of the configuration. */
    String inside(String path);
  }

  private static List<Location> locations(WebConfig config) {
    List<Location> all = new ArrayList<>();
    for (Site site : config.sites()) {
      for (Location location : site.locations()) {
        if (location.action() instanceof Action.Cgi) {
          all.add(location);
        }
      }
    }
    return all;
  }

  /** The number of a location among those that have programs. */
  public static int number(WebConfig config, Location location) {
    List<Location> all = locations(config);
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).equals(location)) {
        return i;
      }
    }
    throw new IllegalArgumentException("a location without programs: " + location.path());
  }

  /** All of them, in the order of their numbers. */
  public static List<CgiPlace> of(WebConfig config, Resolver resolver)
      throws BrigException, LinuxException {
    List<CgiPlace> places = new ArrayList<>();
    for (Location location : locations(config)) {
      if (location.action() instanceof Action.Cgi cgi) {
        places.add(place(location.path(), cgi, resolver));
      }
    }
    return places;
  }

  private static CgiPlace place(String location, Action.Cgi cgi, Resolver resolver)
      throws BrigException, LinuxException {
    Action.ProgramLimits limits = cgi.limits();
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("PATH", PATH);
    environment.putAll(cgi.environment());
    List<String> writable = new ArrayList<>();
    for (Located<String> path : cgi.reach().writable()) {
      writable.add(resolver.inside(path.value()));
    }
    return new CgiPlace(
        location,
        resolver.inside(cgi.path().value()),
        cgi.single(),
        List.of(),
        resolver.identity(cgi),
        cgi.asOwner(),
        cgi.leastUid(),
        cgi.crowd().most(),
        cgi.millis(),
        new ChildLimits(
            limits.cpuSeconds(),
            limits.memoryBytes(),
            limits.fileBytes(),
            limits.files(),
            limits.processes()),
        cgi.reach(),
        writable,
        environment);
  }
}
