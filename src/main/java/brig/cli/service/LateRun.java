package brig.cli.service;

import brig.cli.command.Context;
import brig.cli.jail.ReadyJail;
import brig.launch.LaunchOrder;
import brig.launch.Launcher;
import brig.launch.Walls;
import brig.launch.late.LateService;
import brig.launch.late.LateWatcher;
import brig.launch.service.Foreground;
import brig.launch.service.RunState;
import brig.linux.Fd;
import brig.linux.HostFiles;
import brig.linux.LinuxException;
import brig.linux.Pidfd;
import brig.linux.ProcessStatus;
import brig.linux.Stat;
import brig.report.BrigException;
import brig.report.Printable;
import brig.report.Problem;
import brig.spec.JailSpec;
import brig.spec.JailSpec.Trigger;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs a daemon of the host and takes its processes into their jail while it runs. This process
 * stays as long as the daemon does: it holds the trace.
 */
public final class LateRun {
  private static final long STEP_MILLIS = 50;
  private static final long IDLE_MILLIS = 1000;

  private final ReadyJail jail;
  private final JailSpec.Late late;
  private final List<String> extra;
  private final boolean detached;
  private final String stateFile;
  private final Context context;

  private LateRun(
      ReadyJail jail, JailSpec.Late late, List<String> extra, boolean detached, Context context) {
    this.jail = jail;
    this.late = late;
    this.extra = extra;
    this.detached = detached;
    this.stateFile = context.paths().state(jail.spec().name());
    this.context = context;
  }

  /**
   * Returns when nothing of the daemon is left.
   *
   * @param lock released when the state is noted
   * @param detached it was started in the background
   * @return the status of the daemon's first process, or of the one that took its place
   */
  static int run(
      ReadyJail jail,
      JailSpec.Late late,
      List<String> extra,
      Fd lock,
      boolean detached,
      Context context)
      throws BrigException, IOException {
    return new LateRun(jail, late, extra, detached, context).run(lock);
  }

  /** The trigger may wait for ever: nobody need ever connect, or send a signal. */
  static boolean isAwaited(JailSpec.Late late) {
    return switch (late.trigger()) {
      case Trigger.GivesUpRoot _, Trigger.FileAppears _ -> true;
      case Trigger.Signal _ -> false;
      case Trigger.Call call -> !call.names().contains("accept");
    };
  }

  private int run(Fd lock) throws BrigException, IOException {
    LaunchOrder order = jail.orders(context.paths()).service(extra, List.of(), null);
    for (Problem warning : Launcher.warnings(order)) {
      context.err().println("brig: " + warning.text());
    }
    try (Foreground foreground = Foreground.prepare();
        Walls walls = Walls.build(order)) {
      long start = System.nanoTime();
      try (LateService service = LateService.start(walls, late, new Telling(context.err()))) {
        int main = service.first();
        note(service, main);
        lock.close();
        return keep(service, foreground, start);
      } finally {
        forget();
      }
    }
  }

  private int keep(LateService service, Foreground foreground, long start)
      throws BrigException, IOException {
    int main = service.first();
    boolean entered = false;
    boolean appeared = false;
    while (!service.ended()) {
      refuseFailed(service);
      int now = service.main();
      if (now != main || entered != service.entered()) {
        main = now;
        entered = service.entered();
        note(service, main);
      }
      if (late.trigger() instanceof Trigger.FileAppears(String path)
          && !appeared
          && Stat.of(path) != null) {
        appeared = true;
        service.takeAll("the appearing of " + path);
      }
      refuseLate(service, start);
      waitForNews(foreground, main, entered);
    }
    refuseFailed(service);
    Pidfd.Ending ending = service.ending(main);
    if (!service.entered() && isAwaited(late)) {
      context
          .err()
          .println(
              "brig: "
                  + jail.spec().name()
                  + ": "
                  + jail.program()
                  + (ending == null ? " ended" : " " + ending.text())
                  + " before any process of it was in the jail");
    }
    return ending == null ? 0 : ending.status();
  }

  private void waitForNews(Foreground foreground, int main, boolean entered) throws LinuxException {
    boolean soon = !entered && isAwaited(late);
    try (Pidfd process = Pidfd.open(main)) {
      int signal = foreground.next(soon ? STEP_MILLIS : IDLE_MILLIS, process);
      if (signal != 0 && process != null) {
        process.signal(signal);
      }
      if (process == null || process.awaitEnd(0)) {
        // Its end is told to the tracer, and soon known there.
        foreground.next(STEP_MILLIS / 5, null);
      }
    }
  }

  private void refuseFailed(LateService service) throws BrigException {
    String failure = service.failure();
    if (failure != null && !service.entered()) {
      throw BrigException.refused(
          Problem.of("cannot jail " + jail.spec().name())
              .answered(failure)
              .remedy("The daemon was ended: none of it is to run outside as its user."));
    }
  }

  private void refuseLate(LateService service, long start) throws BrigException, LinuxException {
    long waited = (System.nanoTime() - start) / 1_000_000;
    if (service.entered() || !isAwaited(late) || waited < late.patience().toMillis()) {
      return;
    }
    StringBuilder found = new StringBuilder();
    for (ProcessStatus process : service.processes()) {
      found
          .append(found.isEmpty() ? "" : ", ")
          .append("process ")
          .append(process.pid())
          .append(" (")
          .append(process.name())
          .append(") is uid ")
          .append(process.uid());
    }
    String trigger =
        switch (late.trigger()) {
          case Trigger.GivesUpRoot _ -> "no process of it gave up root";
          case Trigger.Call call -> "no process of it called " + call.names().getFirst();
          case Trigger.FileAppears(String path) -> "nothing appeared at " + path;
          case Trigger.Signal(String name) -> "no process of it got SIG" + name;
        };
    throw BrigException.refused(
        Problem.of("cannot jail " + jail.spec().name())
            .answered(trigger + " in " + waited / 1000 + " s; " + found)
            .remedy(
                "Let its configuration name the user that its workers run as, choose another"
                    + " trigger, or more time (trigger_timeout). The daemon was ended."));
  }

  private void note(LateService service, int main) throws IOException, BrigException {
    ProcessStatus process = ProcessStatus.of(main);
    ProcessStatus self = ProcessStatus.of(ProcessStatus.self());
    RunState before = RunState.read(stateFile);
    boolean mine =
        before != null
            && before.keeper() != null
            && self != null
            && before.keeper().pid() == self.pid();
    new RunState(
            main,
            process == null ? 0 : process.startTime(),
            RunState.currentBoot(),
            0,
            mine && before != null ? before.startedAt() : System.currentTimeMillis() / 1000,
            0,
            jail.root(),
            jail.facts().service().uid(),
            jail.spec().command().stopSignal(),
            jail.spec().command().stopTimeout().toMillis(),
            detached,
            false,
            new RunState.Keeper(
                ProcessStatus.self(), self == null ? 0 : self.startTime(), service.entered()),
            extra)
        .write(stateFile);
  }

  /** Unless another one was started meanwhile. */
  private void forget() throws BrigException, IOException {
    RunState state = RunState.read(stateFile);
    if (state != null && state.keeper() != null && state.keeper().pid() == ProcessStatus.self()) {
      HostFiles.delete(stateFile);
    }
  }

  /** One line for each process, as a daemon's own log would have it. */
  private record Telling(PrintStream err) implements LateWatcher {
    @Override
    public void entered(Entered process) {
      tell(
          process.program()
              + " (process "
              + process.pid()
              + ") is in the jail, at "
              + process.at());
      for (String directory : process.replaced()) {
        tell(
            "process "
                + process.pid()
                + " had the directory "
                + directory
                + " open: its descriptor leads to the jail's root now");
      }
    }

    @Override
    public void killed(int pid, String program, String why) {
      tell(program + " (process " + pid + ") was killed: " + why);
    }

    @Override
    public void noted(String text) {
      tell(text);
    }

    private void tell(String text) {
      err.println(Printable.text("brig: " + text));
    }
  }

  /** The part of a state that a start in the background waits for. */
  public static boolean isUp(@Nullable RunState state, int keeper, JailSpec.Late late) {
    return state != null
        && state.keeper() != null
        && state.keeper().pid() == keeper
        && (state.keeper().entered() || !isAwaited(late));
  }
}
