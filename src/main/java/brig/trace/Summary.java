package brig.trace;

import brig.linux.Errno;
import brig.linux.Pidfd;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What came of all calls together, path by path. Written by the tracing thread; read when the trace
 * has ended.
 */
public final class Summary implements Follower {
  /**
   * All that was asked of one path or address.
   *
   * @param succeeded what worked at least once
   * @param refused the last error of what never worked
   * @param programs who asked
   */
  public record Seen(
      Set<Access> succeeded, Map<Access, Errno> refused, Set<String> programs, int[] calls) {
    private Seen() {
      this(EnumSet.noneOf(Access.class), new TreeMap<>(), new TreeSet<>(), new int[1]);
    }

    /** How often it was asked for. */
    public int count() {
      return calls[0];
    }

    /** Nothing that was wanted of it worked. */
    public boolean failed() {
      return succeeded.isEmpty();
    }

    /** Nothing is there: the last answer was that there is no such file, or no such directory. */
    public boolean missing() {
      return failed()
          && refused.values().stream().allMatch(e -> e == Errno.ENOENT || e == Errno.ENOTDIR);
    }

    private void add(Access access, @Nullable Errno error, String program) {
      calls[0]++;
      programs.add(program);
      if (error == null) {
        succeeded.add(access);
        refused.remove(access);
      } else if (!succeeded.contains(access)) {
        refused.put(access, error);
      }
    }
  }

  private final Map<String, Seen> paths = new TreeMap<>();
  private final Map<String, Seen> addresses = new TreeMap<>();
  private final List<String> notes = new ArrayList<>();
  private int calls;
  private int processes;

  @Override
  public void called(TraceEvent event) {
    calls++;
    Errno error = event.error();
    if (error == Errno.EINTR) {
      return; // the kernel will do it again, or the program will
    }
    // A connection that is still being made is one that was made, as far as anybody can tell here.
    boolean begun = error == Errno.EINPROGRESS || error == Errno.EALREADY;
    Errno failure = begun ? null : error;
    if (event.path() != null) {
      seen(paths, event.path()).add(event.access(), failure, event.program());
    } else if (event.address() != null) {
      seen(addresses, event.address()).add(event.access(), failure, event.program());
    }
    String second = event.second();
    if (second != null && second.startsWith("/") && event.access() == Access.CHANGE) {
      seen(paths, second).add(Access.CHANGE, failure, event.program());
    }
  }

  private static Seen seen(Map<String, Seen> all, String path) {
    return all.computeIfAbsent(path, p -> new Seen());
  }

  @Override
  public void began(int pid, String program) {
    processes++;
  }

  @Override
  public void ended(int pid, Pidfd.Ending ending) {}

  @Override
  public void noted(String text) {
    if (!notes.contains(text)) {
      notes.add(text);
    }
  }

  /** By path, sorted. */
  public Map<String, Seen> paths() {
    return paths;
  }

  /** By address, for sockets without a path. */
  public Map<String, Seen> addresses() {
    return addresses;
  }

  public List<String> notes() {
    return notes;
  }

  public int calls() {
    return calls;
  }

  public int processes() {
    return processes;
  }
}
