package brig.cli.service;

import brig.cli.command.Context;
import brig.cli.jail.ReadyJail;
import brig.launch.service.OutputLog;
import brig.launch.service.RunState;
import brig.launch.service.Running;
import brig.linux.HostFiles;
import brig.linux.LinuxException;
import brig.linux.Pidfd;
import brig.linux.Signal;
import brig.report.BrigException;
import brig.report.ExitCode;
import brig.report.Printable;
import brig.report.Problem;
import brig.spec.JailSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Starts {@link LateRun} in the background, and waits until it has taken the first process in. */
final class LateStart {
  /** Beyond the jailfile's own patience: for the start of Brig and of the daemon. */
  private static final long MORE_MILLIS = 20_000;

  private static final long STEP_MILLIS = 20;

  private LateStart() {}

  /**
   * Returns when it serves.
   *
   * @param jailfile as the person named the jail
   */
  static int detach(
      ReadyJail jail, JailSpec.Late late, String jailfile, List<String> extra, Context context)
      throws BrigException, IOException {
    String name = jail.spec().name();
    HostFiles.createDirectories(context.paths().jail(name), 0755);
    OutputLog log = new OutputLog(context.paths().outputLog(name));
    log.rotate();
    long before = log.size();
    List<String> arguments = new ArrayList<>(List.of("run", RunCommand.IN_BACKGROUND, jailfile));
    if (!extra.isEmpty()) {
      arguments.add("--");
      arguments.addAll(extra);
    }
    int pid = Background.start(arguments, context.environment(), log.path());
    try (Pidfd keeper = child(pid)) {
      RunState state = await(keeper, late, context.paths().state(name));
      if (state == null) {
        for (String line : log.linesSince(before, Death.MOST_LINES)) {
          context.err().println("  | " + Printable.text(line.replace('\t', ' ')));
        }
        throw BrigException.refused(
            Problem.of("cannot start " + name)
                .answered("what it printed is above")
                .remedy("Nothing of it is left running."));
      }
      context
          .out()
          .println(
              name
                  + ": running, pid "
                  + state.pid()
                  + ", held by process "
                  + pid
                  + ", "
                  + Running.inside(state)
                  + " in the jail");
      return ExitCode.OK.status();
    }
  }

  private static @Nullable RunState await(Pidfd keeper, JailSpec.Late late, String stateFile)
      throws BrigException, IOException {
    long end = System.nanoTime() + (late.patience().toMillis() + MORE_MILLIS) * 1_000_000;
    while (System.nanoTime() - end < 0) {
      if (keeper.awaitEnd(STEP_MILLIS)) {
        keeper.reap();
        return null;
      }
      RunState state = RunState.read(stateFile);
      if (LateRun.isUp(state, keeper.pid(), late)) {
        return state;
      }
    }
    keeper.signal(Signal.SIGKILL);
    keeper.reap();
    return null;
  }

  private static Pidfd child(int pid) throws LinuxException {
    Pidfd child = Pidfd.open(pid);
    if (child == null) {
      throw new IllegalStateException("a child of our own has no entry: " + pid);
    }
    return child;
  }
}
