package brig.web.cgi;

import brig.launch.child.ChildOrder.ChildLimits;
import brig.launch.child.ChildOrder.Identity;
import brig.web.config.Action;
import java.util.List;
import java.util.Map;

/**
 * A location's programs, as the parent has them from the configuration: what a worker says is held
 * against this.
 *
 * @param location the path of requests that are for them
 * @param path the directory they lie in, or the one program, inside the jail
 * @param single whether it is one program
 * @param arguments of the one program, before the request's words
 * @param identity who they run as, if not as their owner
 * @param asOwner each runs as the owner of its file
 * @param leastUid an owner below it is refused
 * @param most at once
 * @param millis each may run
 * @param reach what they may do beside reading the jail
 * @param writable its directories, inside the jail
 * @param set variables beside those of the request
 */
public record CgiPlace(
    String location,
    String path,
    boolean single,
    List<String> arguments,
    Identity identity,
    boolean asOwner,
    int leastUid,
    int most,
    long millis,
    ChildLimits limits,
    Action.Reach reach,
    List<String> writable,
    Map<String, String> set) {
  public CgiPlace {
    arguments = List.copyOf(arguments);
    writable = List.copyOf(writable);
    set = Map.copyOf(set);
  }
}
