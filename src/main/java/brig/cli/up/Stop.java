package brig.cli.up;

import brig.launch.service.RunState;
import brig.launch.service.Running;
import brig.launch.service.Stopping;
import brig.linux.LinuxException;
import brig.linux.ProcessStatus;
import brig.report.BrigException;
import brig.tree.JailPaths;
import java.io.IOException;

/** Stops one member, on a thread of its own: signals and other members' words go on meanwhile. */
final class Stop implements Runnable {
  private static final long END_MILLIS = 10_000;

  private final Member member;
  private final JailPaths paths;
  private final long millis;

  /**
   * @param millis how long to wait before the kill; negative: as its jailfile says
   */
  Stop(Member member, JailPaths paths, long millis) {
    this.member = member;
    this.paths = paths;
    this.millis = millis;
  }

  Member member() {
    return member;
  }

  @Override
  public void run() {
    Life life = member.life();
    if (life == null) {
      return;
    }
    try {
      RunState state = RunState.read(paths.state(member.name()));
      ProcessStatus first = state == null ? null : Running.find(state);
      if (state != null && first != null) {
        Stopping.stop(state, first, millis < 0 ? state.stopMillis() : millis);
        // Of a late jail: its keeper ends when nothing is left to keep.
        life.process().awaitEnd(END_MILLIS);
      }
    } catch (BrigException | IOException e) {
      // What could not be asked is killed below.
    }
    try {
      if (!life.process().awaitEnd(0)) {
        life.kill();
        life.process().awaitEnd(END_MILLIS);
      }
    } catch (LinuxException e) {
      // It has ended.
    }
  }
}
