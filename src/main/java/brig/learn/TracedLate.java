package brig.learn;

import brig.launch.LaunchOrder;
import brig.launch.UsualCalls;
import brig.launch.Walls;
import brig.launch.late.LateService;
import brig.launch.late.LateWatcher;
import brig.launch.service.Listening;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Pidfd;
import brig.linux.ProcessStatus;
import brig.report.BrigException;
import brig.spec.JailSpec;
import brig.trace.Follower;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A daemon that starts on the host and is taken into its jail; told is what it asks for there. */
final class TracedLate implements Traced {
  private static final long STEP_MILLIS = 20;

  /**
   * What the thread that starts it calls when the filter is up already, and has no tracer that
   * could answer. They are not seen in the jail, and so in every profile that is learned of it.
   */
  static final List<String> UNSEEN = List.of("close_range", "dup3", "fcntl");

  private final Walls walls;
  private final LateService service;

  private TracedLate(Walls walls, LateService service) {
    this.walls = walls;
    this.service = service;
  }

  /**
   * Starts it.
   *
   * @param order what it prints goes where that says
   */
  static TracedLate start(
      LaunchOrder order, String output, JailSpec.Late late, Follower follower, LateWatcher watcher)
      throws BrigException, LinuxException {
    Walls walls = Walls.build(order);
    try (Fd log = Fd.open(output, Fd.O_WRONLY | Fd.O_APPEND | Fd.O_CREAT, 0640)) {
      List<String> passing = new ArrayList<>(UsualCalls.names());
      passing.addAll(UNSEEN);
      LateService.Told told = new LateService.Told(follower, passing, log);
      return new TracedLate(walls, LateService.told(walls, late, watcher, told));
    } catch (BrigException | LinuxException | RuntimeException e) {
      walls.close();
      throw e;
    }
  }

  @Override
  public int pid() throws LinuxException {
    return service.main();
  }

  /** The first process may end: the daemon has gone into the background. */
  @Override
  public Pidfd.@Nullable Ending ending() throws LinuxException {
    return service.ended() ? service.ending(service.first()) : null;
  }

  @Override
  public boolean listens() throws LinuxException {
    return !Listening.ofTree(service.main()).isEmpty();
  }

  @Override
  public void stop(int signal, long millis) throws LinuxException {
    try (Pidfd process = Pidfd.open(service.main())) {
      ProcessStatus status = process == null ? null : ProcessStatus.of(process.pid());
      if (process == null || status == null || !status.catches(signal)) {
        return;
      }
      process.signal(signal);
    }
    long deadline = System.nanoTime() + millis * 1_000_000;
    while (!service.ended() && System.nanoTime() - deadline < 0) {
      pause();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(STEP_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws LinuxException {
    service.close();
    walls.close();
  }
}
