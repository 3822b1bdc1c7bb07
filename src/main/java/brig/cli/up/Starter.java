package brig.cli.up;

import brig.cli.command.Context;
import brig.cli.jail.JailSources;
import brig.cli.jail.ReadyJail;
import brig.cli.service.Background;
import brig.cli.service.Death;
import brig.cli.service.Noted;
import brig.cli.service.RunCommand;
import brig.cli.service.SelfWatch;
import brig.launch.LaunchOrder;
import brig.launch.Launcher;
import brig.launch.service.HandedIn;
import brig.launch.service.JailGroup;
import brig.launch.service.JailStatus;
import brig.launch.service.Outlets;
import brig.launch.service.OutputLog;
import brig.launch.service.RunState;
import brig.launch.service.Running;
import brig.launch.up.SyslogRelay;
import brig.linux.Datagrams;
import brig.linux.Fd;
import brig.linux.HostFiles;
import brig.linux.LinuxException;
import brig.linux.Pidfd;
import brig.linux.ProcessStatus;
import brig.report.BrigException;
import brig.report.Problem;
import brig.spec.JailSpec;
import brig.tree.Generations;
import brig.tree.JailPaths;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Starts a jail's service, or takes over the one that runs. */
final class Starter {
  private final JailSpec spec;
  private final Teller teller;
  private final String hostLog;
  private final Context context;
  private final JailPaths paths;

  Starter(JailSpec spec, Teller teller, String hostLog, Context context) {
    this.spec = spec;
    this.teller = teller;
    this.hostLog = hostLog;
    this.context = context;
    this.paths = context.paths();
  }

  /**
   * What runs already, because an earlier {@code brig up} was killed, or {@code brig run -d} has
   * started it; null when nothing does, or it is of another jailfile or generation.
   */
  @Nullable Life found() throws BrigException, IOException {
    RunState state = RunState.read(paths.state(spec.name()));
    ProcessStatus first = state == null ? null : Running.find(state);
    if (state == null || first == null) {
      return null;
    }
    // Of a late jail its keeper tells when all has ended.
    Pidfd process = Pidfd.open(state.keeper() == null ? first.pid() : state.keeper().pid());
    if (process == null) {
      return null;
    }
    if (!isCurrent(state)) {
      process.close();
      return null;
    }
    prepareOutlets();
    return new Life(
        spec,
        null,
        process,
        false,
        paths.state(spec.name()),
        new OutputLog(paths.outputLog(spec.name())).size(),
        null,
        null,
        relay());
  }

  /** It is of the generation that a start would take, which is of this jailfile. */
  private boolean isCurrent(RunState state) throws LinuxException {
    if (!spec.mode().isBuilt()) {
      return true;
    }
    byte[] built =
        state.generation() == 0
            ? null
            : Generations.of(paths, spec.name()).jailfile(state.generation());
    return state.generation() == JailStatus.currentGeneration(spec.name(), paths)
        && built != null
        && Arrays.equals(built, JailSources.read(spec.file()));
  }

  private void prepareOutlets() throws LinuxException {
    if (spec.hasOutlets()) {
      Outlets.prepare(spec.name(), paths);
    }
  }

  private @Nullable SyslogRelay relay() throws LinuxException {
    if (!spec.features().syslog()) {
      return null;
    }
    String name = spec.name();
    return SyslogRelay.open(
        name, paths.outlets(name), hostLog, line -> teller.line(name, "syslog: " + line));
  }

  /** Starts it, building it first where that is needed. */
  Life start() throws BrigException, IOException {
    String name = spec.name();
    if (spec.mode() == JailSpec.Mode.LATE) {
      return late(); // the process that will hold it takes the lock
    }
    try (Fd lock = HostFiles.lock(paths.lock(name))) {
      if (lock == null) {
        throw BrigException.refused(
            Problem.of("cannot start " + name).answered("it is being started or stopped just now"));
      }
      return built(ReadyJail.of(spec, context));
    }
  }

  private Life late() throws BrigException, IOException {
    String name = spec.name();
    HostFiles.createDirectories(paths.jail(name), 0755);
    OutputLog log = new OutputLog(paths.outputLog(name));
    log.rotate();
    long before = log.size();
    List<String> line = List.of("run", RunCommand.IN_BACKGROUND, spec.file());
    int pid = Background.start(line, context.environment(), log.path());
    return new Life(spec, null, child(pid), true, paths.state(name), before, null, null, null);
  }

  private Life built(ReadyJail jail) throws BrigException, IOException {
    String name = spec.name();
    OutputLog log = new OutputLog(paths.outputLog(name));
    log.rotate();
    long before = log.size();
    LaunchOrder order;
    int pid;
    JailGroup group;
    Fd notify = null;
    SyslogRelay relay = relay();
    try (HandedIn sockets = HandedIn.open(jail.spec().network().sockets())) {
      if (jail.spec().upkeep().ready().notifies()) {
        notify = Datagrams.bind(paths.outlets(name), Outlets.NOTIFY, 0666);
      }
      order = jail.orders(paths).notified().service(List.of(), sockets.numbers(), log.path());
      for (Problem warning : Launcher.warnings(order)) {
        teller.news(name, warning.text());
      }
      group = JailGroup.prepare(jail.spec(), paths);
      pid = spawn(jail, order, group);
    } catch (BrigException | IOException | RuntimeException e) {
      close(notify, relay);
      throw e;
    }
    Pidfd process = child(pid);
    RunState state = Noted.state(jail, pid, false, List.of());
    state.write(paths.state(name));
    Life life =
        new Life(spec, jail, process, true, paths.state(name), before, group, notify, relay);
    life.watch(SelfWatch.of(jail, state));
    return life;
  }

  private int spawn(ReadyJail jail, LaunchOrder order, JailGroup group)
      throws BrigException, IOException {
    try {
      return Launcher.spawn(order, group::join);
    } catch (BrigException e) {
      throw Death.unborn(jail, order, e, context);
    }
  }

  private static void close(@Nullable Fd notify, @Nullable SyslogRelay relay) {
    if (notify != null) {
      notify.close();
    }
    if (relay != null) {
      relay.close();
    }
  }

  private static Pidfd child(int pid) throws LinuxException {
    Pidfd child = Pidfd.open(pid);
    if (child == null) {
      throw new IllegalStateException("a child of our own has no entry: " + pid);
    }
    return child;
  }
}
