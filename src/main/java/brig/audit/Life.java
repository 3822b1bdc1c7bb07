package brig.audit;

import brig.launch.service.OutsideCalls;
import brig.linux.ProcessStatus;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a jail's service beside what lies in its directory.
 *
 * @param otherRoot another directory that is the root of its processes, or was before they went in;
 *     null: there is none
 * @param capabilities those that the jailfile leaves to it where no blueprint tells, as a bit mask
 * @param mounted paths inside on which something is mounted for the processes alone
 * @param strays processes of it that run as its user and are not in the jail
 * @param callsOutside system calls that it made outside its profile
 */
public record Life(
    @Nullable String otherRoot,
    long capabilities,
    Set<String> mounted,
    List<ProcessStatus> strays,
    List<OutsideCalls.Seen> callsOutside) {

  /** Of a directory about which nothing is known. */
  public static final Life UNKNOWN = new Life(null, 0, Set.of(), List.of(), List.of());

  public Life {
    mounted = Set.copyOf(mounted);
    strays = List.copyOf(strays);
    callsOutside = List.copyOf(callsOutside);
  }

  /** That of a jail whose blueprint tells the rest. */
  public static Life of(List<OutsideCalls.Seen> callsOutside) {
    return new Life(null, 0, Set.of(), List.of(), callsOutside);
  }
}
