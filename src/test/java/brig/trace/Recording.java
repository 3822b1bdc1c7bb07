package brig.trace;

import brig.linux.LinuxException;
import brig.linux.Pidfd;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Runs a program under the tracer and keeps all that is told. */
final class Recording implements Follower {
  static final long DEADLINE_MILLIS = 60_000;

  private final List<TraceEvent> events = new ArrayList<>();
  private final Map<Integer, String> began = new TreeMap<>();
  private final Map<Integer, Pidfd.Ending> ended = new HashMap<>();
  private final List<String> notes = new ArrayList<>();

  @Override
  public synchronized void called(TraceEvent event) {
    events.add(event);
  }

  @Override
  public synchronized void began(int pid, String program) {
    began.put(pid, program);
  }

  @Override
  public synchronized void ended(int pid, Pidfd.Ending ending) {
    ended.put(pid, ending);
  }

  @Override
  public synchronized void noted(String text) {
    notes.add(text);
  }

  synchronized List<TraceEvent> events() {
    return new ArrayList<>(events);
  }

  synchronized List<TraceEvent> events(Predicate<TraceEvent> which) {
    return events.stream().filter(which).toList();
  }

  /** {@code call path error} of those whose path begins so. */
  List<String> told(String prefix) {
    return events().stream()
        .filter(e -> e.path() != null && e.path().startsWith(prefix))
        .map(e -> e.call() + " " + e.path() + (e.failed() ? " " + e.error() : ""))
        .toList();
  }

  synchronized Map<Integer, String> began() {
    return new TreeMap<>(began);
  }

  synchronized Map<Integer, Pidfd.Ending> ended() {
    return new HashMap<>(ended);
  }

  synchronized List<String> notes() {
    return new ArrayList<>(notes);
  }

  /** Runs to the end of the last process; how the first one ended. */
  Pidfd.Ending run(String... command) throws LinuxException {
    return run(null, command);
  }

  Pidfd.Ending run(TracedProgram.Identity identity, String... command) throws LinuxException {
    try (Tracer tracer = Tracer.start(this)) {
      int pid =
          new TracedProgram(command[0], List.of(command), Map.of("PATH", "/usr/bin:/bin"), identity)
              .start(tracer);
      if (!tracer.awaitNone(DEADLINE_MILLIS)) {
        throw new AssertionError("still traced: " + tracer.processes());
      }
      return tracer.ending(pid);
    }
  }
}
