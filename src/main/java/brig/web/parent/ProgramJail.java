package brig.web.parent;

import brig.launch.LaunchOrder;
import brig.launch.child.ChildOrder.ChildLimits;
import brig.linux.LinuxException;
import brig.report.BrigException;
import brig.web.cgi.CgiJail;
import brig.web.cgi.CgiPlace;
import brig.web.config.WebConfig;
import java.util.ArrayList;
import java.util.List;

/**
 * What the programs of a location are started in.
 *
 * @param location its path
 * @param order all but the program
 * @param limits of each program
 */
public record ProgramJail(String location, LaunchOrder order, ChildLimits limits) {
  /** One for each location that has programs, in the order of the configuration. */
  public static List<ProgramJail> of(WebConfig config) throws BrigException, LinuxException {
    Starter.check(config, true);
    String root = Starter.jail(config).path();
    List<ProgramJail> jails = new ArrayList<>();
    for (CgiPlace place : ProgramDoor.places(config, Account.of(config), true)) {
      jails.add(new ProgramJail(place.location(), CgiJail.of(place, root), place.limits()));
    }
    return jails;
  }
}
