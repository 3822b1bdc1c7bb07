package brig.hole.listener;

import brig.hole.door.FifoDoor;
import brig.hole.door.Loop;
import brig.hole.door.SocketDoor;
import brig.hole.job.Job;
import brig.hole.log.AuditLog;
import brig.hole.log.AuditRecord;
import brig.hole.log.Counters;
import brig.hole.log.Metrics;
import brig.hole.log.RunningFile;
import brig.hole.run.HostUsers;
import brig.hole.run.Reception;
import brig.hole.run.Runner;
import brig.launch.child.Children;
import brig.linux.LinuxException;
import brig.report.BrigException;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One hole with its doors. */
final class OpenHole {
  private final Order order;
  private final Loop loop;
  private final Counters counters = new Counters();
  private final RunningFile runningFile;
  private final Runner runner;
  private final SocketDoor socket;
  private final DoorPlace place;
  private Served served;
  private @Nullable FifoDoor fifo;

  OpenHole(Order order, Loop loop, Children children, AuditLog log, Served served, HostUsers users)
      throws LinuxException, BrigException {
    this.order = order;
    this.loop = loop;
    this.served = served;
    this.place = DoorPlace.open(served);
    String running = order.state() + "/" + served.hole().name() + ".running";
    for (RunningFile.Interrupted left : RunningFile.takeLeft(running)) {
      LeftOvers.end(left);
      log.write(
          AuditRecord.of("ended")
              .with("hole", served.hole().name())
              .with("call", left.call())
              .with("job", left.job())
              .with("end", "interrupted"));
    }
    runningFile = RunningFile.open(running);
    Reception reception = order.receptions().of(served);
    runner =
        new Runner(
            new Runner.Tools(loop, children, log, counters, runningFile),
            settings(served, users),
            reception);
    socket = new SocketDoor(loop, place.socket(served.callers()), order.limits(), runner);
    openFifo();
  }

  private static Runner.Settings settings(Served served, HostUsers users) {
    return new Runner.Settings(served.hole(), served.callers(), users);
  }

  private void openFifo() throws LinuxException {
    boolean wanted = false;
    for (Job job : served.hole().jobs().values()) {
      wanted |= job.fifo();
    }
    if (wanted && fifo == null) {
      fifo =
          new FifoDoor(
              loop,
              place.fifo(),
              place.replies(served.callers()),
              owners(),
              order.limits(),
              runner);
    }
  }

  /** An administrator's pipes are believed too: a jail may have no mkfifo. */
  private Set<Integer> owners() {
    Set<Integer> owners = new HashSet<>(served.callers());
    owners.add(0);
    return owners;
  }

  String name() {
    return served.hole().name();
  }

  String directory() {
    return served.directory();
  }

  /** What is served from now on; what runs goes on. The doors stay where they are. */
  void reload(Served next, HostUsers users) throws LinuxException, BrigException {
    Reception reception = order.receptions().of(next);
    served = next;
    runner.settings(settings(next, users), reception);
    place.socketFor(next.callers());
    if (fifo != null) {
      place.repliesFor(next.callers());
      fifo.owners(owners());
    }
    openFifo();
  }

  /**
   * Takes nothing new.
   *
   * @param then is done when no call is left
   */
  void close(Runnable then) {
    socket.close();
    socket.closeIdle();
    if (fifo != null) {
      fifo.close();
    }
    place.removeSocket();
    runner.close(then);
  }

  void interrupt() {
    runner.interrupt();
  }

  /** After the last call. */
  void release() {
    runningFile.close();
    if (fifo != null) {
      fifo.release();
    }
    place.close();
  }

  void measure(Metrics metrics) {
    counters.measure(metrics, name());
    runner.gauges().forEach((what, value) -> metrics.gauge(what, name(), value));
    metrics.gauge("connections", name(), socket.clients());
    metrics.gauge("fifo_calls", name(), fifo == null ? 0 : fifo.clients());
  }
}
