package brig.launch.late;

import brig.launch.LaunchOrder;
import brig.launch.Walls;
import brig.linux.Errno;
import brig.linux.Fd;
import brig.linux.Limits;
import brig.linux.LinuxException;
import brig.linux.Pidfd;
import brig.linux.ProcessStatus;
import brig.linux.Program;
import brig.linux.Signal;
import brig.linux.Stat;
import brig.report.BrigException;
import brig.report.Problem;
import brig.spec.JailSpec;
import brig.spec.Located;
import brig.trace.Follower;
import brig.trace.TraceEvent;
import brig.trace.TracedProgram;
import brig.trace.Tracer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A daemon that starts outside, as root, with all that the host has, and whose processes go into
 * the jail one by one, each at its trigger. It is traced for all of its life, but stops at the few
 * calls of the trigger only; it and all of its processes die with this one.
 */
public final class LateService implements AutoCloseable {
  private final Walls walls;
  private final JailSpec.Late late;
  private final LateWatcher watcher;
  private final LateWarden warden;
  private final Tracer tracer;
  private final int first;
  private final @Nullable Told told;

  /** Processes in the jail, with their programs. */
  private final Map<Integer, String> inside = new ConcurrentHashMap<>();

  private final Set<String> crashed = ConcurrentHashMap.newKeySet();

  // Written by the tracing thread.
  private volatile boolean entered;
  private volatile @Nullable String failure;

  private LateService(Walls walls, JailSpec.Late late, LateWatcher watcher, @Nullable Told told)
      throws BrigException {
    this.told = told;
    this.walls = walls;
    this.late = late;
    this.watcher = watcher;
    this.warden = new LateWarden(walls, late.trigger(), new Watching());
    try {
      this.tracer =
          told == null ? Tracer.start(new Ends(), warden) : Tracer.telling(new Ends(), warden);
    } catch (LinuxException e) {
      throw BrigException.refused(e.problem("cannot trace " + walls.order().jail()));
    }
    this.first = startDaemon();
  }

  /** Sees how processes end. */
  private final class Ends implements Follower {
    @Override
    public void called(TraceEvent event) {
      if (told != null) {
        told.follower.called(event);
      }
    }

    @Override
    public void first(String call, String program) {
      if (told != null) {
        told.follower.first(call, program);
      }
    }

    @Override
    public void turned(int thread) {
      if (told != null) {
        told.follower.turned(thread);
      }
    }

    @Override
    public void began(int pid, String program) {
      if (told != null) {
        told.follower.began(pid, program);
      }
    }

    @Override
    public void noted(String text) {
      if (told != null) {
        told.follower.noted(text);
      }
    }

    @Override
    public void ended(int pid, Pidfd.Ending ending) {
      if (told != null) {
        told.follower.ended(pid, ending);
      }
      String program = inside.remove(pid);
      if (program != null && isCrash(ending) && crashed.add(program + ending.number())) {
        watcher.noted(
            program
                + " (process "
                + pid
                + ") "
                + ending.text()
                + " in the jail: its own log says why; a library that it loads only when it is"
                + " wanted belongs to 'preload' (libgcc_s.so.1, for threads that end)");
      }
    }
  }

  private static boolean isCrash(Pidfd.Ending ending) {
    return !ending.exited()
        && (ending.number() == Signal.SIGABRT
            || ending.number() == Signal.SIGSEGV
            || ending.number() == Signal.SIGSYS);
  }

  private final class Watching implements LateWatcher {
    @Override
    public void entered(Entered process) {
      entered = true;
      inside.put(process.pid(), process.program());
      watcher.entered(process);
    }

    @Override
    public void killed(int pid, String program, String why) {
      if (!entered) {
        failure = program + " (process " + pid + "): " + why;
      }
      watcher.killed(pid, program, why);
    }

    @Override
    public void noted(String text) {
      watcher.noted(text);
    }
  }

  /**
   * Starts it. Its standard input and outputs, its session and its limits, where the order has no
   * others, are this process's.
   *
   * @param walls are not closed with it
   */
  public static LateService start(Walls walls, JailSpec.Late late, LateWatcher watcher)
      throws BrigException {
    return new LateService(walls, late, watcher, null);
  }

  /**
   * Who hears what the daemon's processes ask for once they are in the jail. It then stops at
   * nearly every call: for learning only.
   *
   * @param passing names of calls that nobody asks about
   * @param output where the daemon prints; open until it has started
   */
  public record Told(Follower follower, Collection<String> passing, Fd output) {}

  /** The same for a daemon whose calls inside are to be told. */
  public static LateService told(Walls walls, JailSpec.Late late, LateWatcher watcher, Told told)
      throws BrigException {
    return new LateService(walls, late, watcher, told);
  }

  private int startDaemon() throws BrigException {
    LaunchOrder order = walls.order();
    Program program = new Program(order.argv(), environment(), told != null);
    try {
      TracedProgram traced =
          told == null
              ? TracedProgram.guarded(
                  program, warden.callNames(), order.handedIn(), this::setLimits)
              : TracedProgram.guardedAndTold(
                  program, told.passing, order.handedIn(), told.output, this::setLimits);
      return traced.start(tracer);
    } catch (LinuxException e) {
      try {
        tracer.close();
      } catch (LinuxException worse) {
        e.addSuppressed(worse);
      }
      throw BrigException.refused(refused(order, e));
    }
  }

  private static Problem refused(LaunchOrder order, LinuxException e) {
    String program = order.argv().getFirst();
    if (e.call().startsWith("ptrace") && e.errno() == Errno.EPERM) {
      return e.problem("cannot jail " + order.jail() + ": tracing is forbidden here")
          .remedy(
              "A late jail is slipped in by ptrace(2): it needs CAP_SYS_PTRACE, which containers"
                  + " withhold, and kernel.yama.ptrace_scope below 3.");
    }
    return e.problem(
        e.call().equals("execve")
            ? "cannot execute " + program
            : "cannot start " + order.jail() + " (" + e.call() + ")");
  }

  private Map<String, String> environment() {
    Map<String, String> environment = new LinkedHashMap<>(walls.order().environment());
    if (!late.preload().isEmpty()) {
      List<String> paths = new ArrayList<>();
      for (Located<String> library : late.preload()) {
        paths.add(library.value());
      }
      environment.put("LD_PRELOAD", String.join(":", paths));
    }
    return environment;
  }

  private void setLimits(int pid) throws LinuxException {
    for (Map.Entry<String, Long> limit : walls.order().limits().entrySet()) {
      Limits.Resource resource = Limits.Resource.named(limit.getKey());
      if (resource == null) {
        throw new LinuxException("prlimit64", limit.getKey(), Errno.EINVAL);
      }
      Limits.set(pid, resource, new Limits.Pair(limit.getValue(), limit.getValue()));
    }
  }

  /** The first process that was started. */
  public int first() {
    return first;
  }

  /** Some process is, or was, in the jail. */
  public boolean entered() {
    return entered;
  }

  /** Why the first that should have gone in was killed; null: none was. */
  public @Nullable String failure() {
    return failure;
  }

  /** Nothing of the daemon is left. */
  public boolean ended() throws LinuxException {
    return tracer.awaitNone(0);
  }

  /**
   * The process that stands for the daemon: the first one; when that has ended, as after it went
   * into the background or was replaced by a newer program, the oldest that is root still.
   */
  public int main() throws LinuxException {
    List<ProcessStatus> processes = new ArrayList<>();
    for (int pid : tracer.processes()) {
      ProcessStatus status = ProcessStatus.of(pid);
      if (status != null && !status.ended()) {
        if (pid == first) {
          return first;
        }
        processes.add(status);
      }
    }
    int main = first;
    long eldest = Long.MAX_VALUE;
    for (ProcessStatus process : processes) {
      long age = process.startTime() + (process.uid() == 0 ? 0 : Long.MAX_VALUE / 2);
      if (age < eldest) {
        eldest = age;
        main = process.pid();
      }
    }
    return main;
  }

  /** What it has that runs, for showing. */
  public List<ProcessStatus> processes() throws LinuxException {
    List<ProcessStatus> processes = new ArrayList<>();
    for (int pid : tracer.processes()) {
      ProcessStatus status = ProcessStatus.of(pid);
      if (status != null && !status.ended()) {
        processes.add(status);
      }
    }
    return processes;
  }

  /** How a process of it ended; null when it has not. */
  public Pidfd.@Nullable Ending ending(int pid) throws LinuxException {
    return tracer.ending(pid);
  }

  /** Takes every process in that is there now; those to come are born inside. */
  public void takeAll(String at) throws LinuxException {
    boolean again = true;
    while (again) {
      again = false;
      for (int pid : tracer.processes()) {
        again |= take(pid, at);
      }
    }
  }

  private boolean take(int pid, String at) throws LinuxException {
    boolean any = false;
    List<String> replaced = new ArrayList<>();
    String program = "";
    try {
      program = Fd.readLink("/proc/" + pid + "/exe");
      for (String tid : threads(pid)) {
        if (!WayIn.isInside(walls, Integer.parseInt(tid))) {
          replaced.addAll(
              tracer.inject(
                  Integer.parseInt(tid), thread -> warden.note(WayIn.into(walls, thread, pid))));
          any = true;
        }
      }
    } catch (LinuxException e) {
      if (Stat.of("/proc/" + pid + "/exe") == null) {
        return false; // it has ended
      }
      try (Pidfd process = Pidfd.open(pid)) {
        if (process != null) {
          process.signal(Signal.SIGKILL);
        }
      }
      String why = "it could not be taken into the jail: " + e.call() + ": " + e.errno().text();
      new Watching().killed(pid, program, why);
      return false;
    }
    if (any) {
      new Watching().entered(new LateWatcher.Entered(pid, program, at, replaced));
    }
    return any;
  }

  private static List<String> threads(int pid) throws LinuxException {
    try (Fd tasks = Fd.open("/proc/" + pid + "/task", Fd.O_RDONLY | Fd.O_DIRECTORY)) {
      return tasks.list();
    }
  }

  /** Kills what is left of it. */
  @Override
  public void close() throws LinuxException {
    tracer.close();
  }
}
