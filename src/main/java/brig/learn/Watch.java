package brig.learn;

import brig.linux.Errno;
import brig.linux.Pidfd;
import brig.trace.Access;
import brig.trace.Follower;
import brig.trace.TraceEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Notes what one start of the service asks for. Told on the tracing thread, asked by another while
 * the service still runs.
 */
final class Watch implements Follower {
  /** What is noted once: a path in one way, with one kind of answer. */
  private record Key(String path, Access access, boolean got) {}

  private static final class Note {
    final String by;
    final String call;
    final @Nullable Errno error;
    int times;
    int searched;
    @Nullable String foundAt;

    Note(String by, String call, @Nullable Errno error) {
      this.by = by;
      this.call = call;
      this.error = error;
    }
  }

  private final Map<Key, Note> notes = new LinkedHashMap<>();
  private final Searches searches = new Searches();
  private final Map<Integer, String> programs = new HashMap<>();
  private final Set<Integer> running = new HashSet<>();
  private final List<String> remarks = new ArrayList<>();
  private final Footprint footprint;
  private final String top;
  private final @Nullable String only;
  private int started;
  private long lastNew = System.nanoTime();

  Watch() {
    this(new Footprint());
  }

  /**
   * @param footprint gets what calls are made and what sockets are used
   */
  Watch(Footprint footprint) {
    this(footprint, "", null);
  }

  /**
   * @param top what the host's paths lie below for who is traced; empty: they are the host's own
   * @param only the root of the processes whose paths are noted; null: all
   */
  Watch(Footprint footprint, String top, @Nullable String only) {
    this.footprint = footprint;
    this.top = top;
    this.only = only;
  }

  @Override
  public void first(String call, String program) {
    footprint.call(call);
  }

  @Override
  public synchronized void turned(int thread) {
    searches.over(thread);
  }

  @Override
  public synchronized void called(TraceEvent event) {
    if (event.access() == Access.BIND || event.access() == Access.CONNECT) {
      footprint.socket(event, event.path() == null ? null : inside(event.path(), event.root()));
    }
    Errno error = event.error();
    boolean elsewhere = only != null && !only.equals(event.root());
    if (error == Errno.EINTR || event.path() == null || elsewhere) {
      return;
    }
    if (error == Errno.EINPROGRESS || error == Errno.EALREADY || error == Errno.EEXIST) {
      error = null; // begun, or there already
    }
    String path = inside(event.path(), event.root());
    if (path == null) {
      return;
    }
    String by = by(event);
    note(event, path, by, error);
    String second = event.second();
    if (second != null && second.startsWith("/") && event.access() == Access.CHANGE) {
      String other = inside(second, event.root());
      if (other != null) {
        note(event, other, by, error);
      }
    }
  }

  private void note(TraceEvent event, String path, String by, @Nullable Errno error) {
    Key key = new Key(path, event.access(), error == null);
    Note note = notes.get(key);
    if (note == null) {
      note = new Note(by, event.call(), error);
      notes.put(key, note);
      lastNew = System.nanoTime();
    }
    note.times++;
    boolean wanted =
        event.access() == Access.READ
            || event.access() == Access.LOOK
            || event.access() == Access.EXECUTE;
    if (wanted && error == null) {
      for (String inVain : searches.found(event.thread(), path)) {
        searched(inVain, path);
      }
    } else if (wanted && (error == Errno.ENOENT || error == Errno.ENOTDIR)) {
      searches.missed(event.thread(), path);
    }
  }

  private void searched(String inVain, String foundAt) {
    for (Access access : new Access[] {Access.READ, Access.LOOK, Access.EXECUTE}) {
      Note note = notes.get(new Key(inVain, access, false));
      if (note != null) {
        note.searched = note.times;
        note.foundAt = foundAt;
      }
    }
  }

  private String by(TraceEvent event) {
    String program = inside(event.program(), event.root());
    if (program != null) {
      return program;
    }
    boolean below = !top.isEmpty() && event.program().startsWith(top + "/");
    return below ? event.program().substring(top.length()) : event.program();
  }

  /** A path as the process sees it; null when it lies outside of its root. */
  private static @Nullable String inside(String path, @Nullable String root) {
    if (root == null) {
      return path;
    }
    if (path.equals(root)) {
      return "/";
    }
    return path.startsWith(root) && path.charAt(root.length()) == '/'
        ? path.substring(root.length())
        : null;
  }

  @Override
  public synchronized void began(int pid, String program) {
    programs.put(pid, program);
    running.add(pid);
    started++;
  }

  @Override
  public synchronized void ended(int pid, Pidfd.Ending ending) {
    running.remove(pid);
  }

  @Override
  public synchronized void noted(String text) {
    if (!remarks.contains(text)) {
      remarks.add(text);
    }
  }

  /** All that was asked for until now, in the order of the first time. */
  synchronized List<Asked> asked() {
    List<Asked> asked = new ArrayList<>(notes.size());
    notes.forEach(
        (key, note) ->
            asked.add(
                new Asked(
                    key.path,
                    note.by,
                    note.call,
                    key.access,
                    note.error,
                    note.searched == note.times ? note.foundAt : null)));
    return asked;
  }

  /** How long nothing was asked for that was not asked for before. */
  synchronized long quietMillis() {
    return (System.nanoTime() - lastNew) / 1_000_000;
  }

  synchronized int started() {
    return started;
  }

  /** Those that the tracer thinks are still there. */
  synchronized Set<Integer> running() {
    return Set.copyOf(running);
  }

  synchronized List<String> remarks() {
    return List.copyOf(remarks);
  }
}
