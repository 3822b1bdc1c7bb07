package brig.cli.up;

import brig.cli.jail.ReadyJail;
import brig.cli.service.LateRun;
import brig.cli.service.Noted;
import brig.cli.service.SelfWatch;
import brig.launch.service.JailGroup;
import brig.launch.service.RunState;
import brig.launch.service.Running;
import brig.launch.up.Readiness;
import brig.launch.up.SyslogRelay;
import brig.linux.Datagrams;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Pidfd;
import brig.linux.ProcessStatus;
import brig.linux.Signal;
import brig.report.BrigException;
import brig.spec.JailSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One life of a service, from its start to its end. */
final class Life implements AutoCloseable {
  /** How it ended, as far as that is known. */
  record End(boolean well, String text) {}

  private final JailSpec spec;
  private final @Nullable ReadyJail jail;
  private Pidfd process;
  private boolean child;
  private final String stateFile;
  private final long began = System.nanoTime();
  private final long outputBegan;
  private final @Nullable JailGroup group;
  private final @Nullable Fd notify;
  private final @Nullable SyslogRelay relay;
  private @Nullable SelfWatch watch;
  private @Nullable Thread watching;
  private boolean said;

  /**
   * @param jail null: it was found running
   * @param process its first process; of a late jail that of Brig's which holds it
   * @param child it is this process's own, which knows how it ends
   * @param outputBegan how long its log was before
   */
  Life(
      JailSpec spec,
      @Nullable ReadyJail jail,
      Pidfd process,
      boolean child,
      String stateFile,
      long outputBegan,
      @Nullable JailGroup group,
      @Nullable Fd notify,
      @Nullable SyslogRelay relay) {
    this.spec = spec;
    this.jail = jail;
    this.process = process;
    this.child = child;
    this.stateFile = stateFile;
    this.outputBegan = outputBegan;
    this.group = group;
    this.notify = notify;
    this.relay = relay;
  }

  /** Of a daemon that jails itself: whether it went in is looked at beside. */
  void watch(@Nullable SelfWatch selfWatch) {
    if (selfWatch != null) {
      watch = selfWatch;
      watching = selfWatch.beside(process);
    }
  }

  JailSpec spec() {
    return spec;
  }

  @Nullable ReadyJail jail() {
    return jail;
  }

  Pidfd process() {
    return process;
  }

  long outputBegan() {
    return outputBegan;
  }

  long millis() {
    return (System.nanoTime() - began) / 1_000_000;
  }

  /** What to wait for beside its end. */
  List<Fd> news() {
    List<Fd> fds = new ArrayList<>();
    if (notify != null) {
      fds.add(notify);
    }
    if (relay != null) {
      fds.add(relay.fd());
    }
    return fds;
  }

  /** Takes in what it said. */
  void listen() throws LinuxException {
    if (relay != null) {
      relay.pass();
    }
    if (notify == null) {
      return;
    }
    for (Datagrams.Message m = Datagrams.receive(notify);
        m != null;
        m = Datagrams.receive(notify)) {
      // sd_notify(3): assignments, a line each.
      String text = "\n" + new String(m.bytes(), StandardCharsets.UTF_8) + "\n";
      said |= text.contains("\nREADY=1\n");
    }
  }

  /**
   * What is missing until it serves; none when it does.
   *
   * @throws BrigException it never will
   */
  List<String> missing() throws BrigException, IOException {
    if (watching != null) {
      if (watching.isAlive()) {
        return List.of("it has not gone into its directory");
      }
      SelfWatch ended = watch;
      watching = null;
      if (ended != null) {
        ended.check(null);
      }
    }
    int first = process.pid();
    JailSpec.Late late = spec.late();
    if (spec.mode() == JailSpec.Mode.LATE && late != null) {
      RunState state = RunState.read(stateFile);
      if (state == null || !LateRun.isUp(state, process.pid(), late)) {
        return List.of("no process of it is in the jail");
      }
      first = state.pid();
    }
    return Readiness.of(spec).missing(first, millis(), said);
  }

  /**
   * Its process has ended. A daemon that goes into the background by itself, and has no process
   * namespace that would end with its first process, lives on: that is what is looked after then.
   *
   * @param well the first one ended with status 0
   */
  boolean wentAside(boolean well) throws BrigException, IOException {
    RunState state = well ? RunState.read(stateFile) : null;
    if (jail == null || state == null || state.pidNamespace() != 0) {
      return false;
    }
    ProcessStatus left = Running.find(state);
    Pidfd found = left == null ? null : Pidfd.open(left.pid());
    if (left == null || found == null) {
      return false;
    }
    process.close();
    process = found;
    child = false;
    RunState now = Noted.state(jail, left.pid(), false, List.of());
    now.write(stateFile);
    watch(SelfWatch.of(jail, now));
    return true;
  }

  /** It has ended; asked once. */
  End end() throws LinuxException {
    String memory =
        group != null && group.ranOutOfMemory()
            ? ", and the kernel killed a process of it, for the jail had taken all of limits.memory"
            : "";
    if (!child) {
      return new End(false, "ended" + memory);
    }
    Pidfd.Ending ending = process.reap();
    return new End(ending.status() == 0, ending.text() + memory);
  }

  /** Ends it at once when it cannot be asked. */
  void kill() throws LinuxException {
    process.signal(Signal.SIGKILL);
  }

  @Override
  public void close() {
    process.close();
    if (notify != null) {
      notify.close();
    }
    if (relay != null) {
      relay.close();
    }
  }
}
