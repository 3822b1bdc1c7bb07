package brig.web.cgi;

import brig.launch.child.ChildOrder.ChildLimits;
import brig.launch.child.ChildOrder.Identity;
import java.util.List;
import java.util.Map;

/**
 * A location's programs, as the parent has them from the configuration: what a worker says is held
 * against this.
 *
 * @param path the directory they lie in, or the one program, inside the jail
 * @param single whether it is one program
 * @param arguments of the one program, before the request's words
 * @param identity who they run as, if not as their owner
 * @param asOwner each runs as the owner of its file
 * @param leastUid an owner below it is refused
 * @param most at once
 * @param millis each may run
 * @param set variables beside those of the request
 */
public record CgiPlace(
    String path,
    boolean single,
    List<String> arguments,
    Identity identity,
    boolean asOwner,
    int leastUid,
    int most,
    long millis,
    ChildLimits limits,
    Map<String, String> set) {
  public CgiPlace {
    arguments = List.copyOf(arguments);
    set = Map.copyOf(set);
  }
}
