package brig.hole.listener;

import brig.hole.door.Loop;
import brig.hole.log.AuditLog;
import brig.hole.log.AuditRecord;
import brig.hole.log.DatagramLog;
import brig.hole.log.FileLog;
import brig.hole.log.Metrics;
import brig.hole.run.HostUsers;
import brig.launch.child.Children;
import brig.linux.Epoll;
import brig.linux.Fd;
import brig.linux.HostFiles;
import brig.linux.LinuxException;
import brig.linux.Signal;
import brig.linux.SignalPipe;
import brig.linux.Turns;
import brig.report.BrigException;
import brig.report.Problem;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Serves the holes of a jail until it is told to end. SIGHUP: the configuration is read anew, and
 * when anything in it is wrong, the old one stays. SIGTERM and SIGINT: nothing new is taken, what
 * runs may go on for a while, then it is ended; a second one ends it at once.
 */
public final class Listener {
  private static final long LAST_WORDS_MILLIS = 20;
  private static final long TURN_NANOS = 100_000;
  private static final long SWEEP_MILLIS = 60_000;

  private final Order order;
  private final Loop loop;
  private final AuditLog log;
  private final Children children;
  private final Map<String, OpenHole> holes = new LinkedHashMap<>();
  private final Set<OpenHole> closing = new LinkedHashSet<>();
  private boolean ending;

  private Listener(Order order, Loop loop, AuditLog log, Children children) {
    this.order = order;
    this.loop = loop;
    this.log = log;
    this.children = children;
  }

  /**
   * Serves; returns after an orderly end.
   *
   * @throws BrigException it cannot begin: another one serves, the configuration is wrong
   */
  public static void serve(Order order) throws BrigException, LinuxException {
    HostUsers users = HostUsers.read();
    List<Served> served = order.configuration().read(users);
    HostFiles.createDirectories(order.state(), 0755);
    try (Fd lock = HostFiles.lock(order.state() + "/lock")) {
      if (lock == null) {
        throw BrigException.refused(
            Problem.of("cannot serve the holes of " + order.name())
                .answered("another brig hole serve does")
                .remedy("brig hole status " + order.name() + " tells of it."));
      }
      try (SignalPipe signals = SignalPipe.of(Signal.SIGHUP, Signal.SIGTERM, Signal.SIGINT);
          Loop loop = Loop.open();
          AuditLog log = openLog(order);
          Children children = Children.open(order.controlGroup())) {
        Listener listener = new Listener(order, loop, log, children);
        listener.open(served, users);
        try (Order.Beside.Closing _ = order.beside().open(served)) {
          listener.run(signals);
        }
      }
    }
  }

  private static AuditLog openLog(Order order) throws BrigException {
    try {
      return switch (order.log()) {
        case "syslog" -> DatagramLog.syslog(DatagramLog.SYSLOG);
        case "journald" -> DatagramLog.journald(DatagramLog.JOURNAL);
        default -> new FileLog(order.log());
      };
    } catch (LinuxException e) {
      boolean isDaemon = order.log().equals("syslog") || order.log().equals("journald");
      throw BrigException.refused(
          e.problem("cannot open the log " + order.log())
              .remedy(
                  isDaemon
                      ? "Its daemon must run first; or give --log a path."
                      : "Its directory must be there, and the file must be no link."));
    }
  }

  private void open(List<Served> served, HostUsers users) throws BrigException, LinuxException {
    for (Served one : served) {
      OpenHole hole = new OpenHole(order, loop, children, log, one, users);
      holes.put(hole.name(), hole);
    }
    log.write(AuditRecord.of("open").with("jail", order.name()));
  }

  private void run(SignalPipe signals) throws LinuxException {
    Loop.Watch watch = loop.watch(signals.fd(), Epoll.IN, new Signals(signals));
    for (OpenHole hole : holes.values()) {
      order.teller().say("hole " + hole.name() + " is open in " + hole.directory());
    }
    switch (children.way()) {
      case CGROUPS, FIRST -> {}
      case NAMESPACES ->
          order.teller().say("no cgroup can be made here: programs run in namespaces instead");
      case WALKING ->
          order
              .teller()
              .say("no cgroup or namespace can be made here: trees of processes are walked");
    }
    loop.after(SWEEP_MILLIS, this::sweep);
    StatusSocket status = StatusSocket.open(loop, order.state() + "/status", this::metrics);
    Children.becomeStarter(); // children are started by this thread, too
    beWokenSoon();
    try {
      loop.run();
    } finally {
      status.close();
      watch.end();
      for (OpenHole hole : holes.values()) {
        hole.release();
      }
      log.write(AuditRecord.of("closed").with("jail", order.name()));
    }
  }

  private final class Signals implements Loop.Source {
    private final SignalPipe signals;

    Signals(SignalPipe signals) {
      this.signals = signals;
    }

    @Override
    public void ready(int events) throws LinuxException {
      int signal;
      while ((signal = signals.next()) != 0) {
        if (signal == Signal.SIGHUP) {
          reload();
        } else {
          end();
        }
      }
    }

    @Override
    public void failed(Exception why) {
      order.teller().problem(Problem.of("cannot read signals: " + why.getMessage()));
    }
  }

  private void reload() {
    if (ending) {
      return;
    }
    try {
      log.reopen();
      HostUsers users = HostUsers.read();
      List<Served> served = order.configuration().read(users);
      apply(served, users);
      log.write(AuditRecord.of("reloaded").with("jail", order.name()));
      order.teller().say("the configuration was read anew");
    } catch (BrigException e) {
      e.problems().forEach(order.teller()::problem);
      oldStays();
    } catch (LinuxException e) {
      order.teller().problem(e.problem("cannot read the configuration anew"));
      oldStays();
    }
  }

  private void oldStays() {
    log.write(AuditRecord.of("not reloaded").with("jail", order.name()));
    order.teller().say("the configuration stays as it was");
  }

  private void apply(List<Served> served, HostUsers users) throws BrigException, LinuxException {
    Map<String, Served> wanted = new LinkedHashMap<>();
    for (Served one : served) {
      wanted.put(one.hole().name(), one);
    }
    for (Served one : served) {
      OpenHole hole = holes.get(one.hole().name());
      if (hole != null && hole.directory().equals(one.directory())) {
        hole.reload(one, users);
      }
    }
    for (OpenHole hole : List.copyOf(holes.values())) {
      Served same = wanted.get(hole.name());
      if (same == null || !same.directory().equals(hole.directory())) {
        holes.remove(hole.name());
        closing.add(hole);
        hole.close(() -> closed(hole));
      }
    }
    for (Served one : served) {
      if (!holes.containsKey(one.hole().name())) {
        OpenHole hole = new OpenHole(order, loop, children, log, one, users);
        holes.put(hole.name(), hole);
      }
    }
  }

  private void closed(OpenHole hole) {
    // The answer is still on its way.
    loop.atEnd(
        () -> {
          if (closing.remove(hole) && !ending) {
            hole.release();
          }
          if (ending && closing.isEmpty()) {
            loop.after(LAST_WORDS_MILLIS, loop::stop);
          }
        });
  }

  private void end() {
    if (ending) {
      interrupt();
      return;
    }
    ending = true;
    closing.addAll(holes.values());
    loop.after(order.graceMillis(), this::interrupt);
    for (OpenHole hole : holes.values()) {
      hole.close(() -> closed(hole));
    }
    if (holes.isEmpty()) {
      loop.stop();
    }
  }

  private void interrupt() {
    for (OpenHole hole : holes.values()) {
      hole.interrupt();
    }
  }

  /** What is asked for is little work each time, and whoever asked waits for it. */
  private static void beWokenSoon() {
    try {
      Turns.ofThisThread(TURN_NANOS);
    } catch (LinuxException e) {
      // a filter of system calls forbids it: it is woken later on a busy machine
    }
  }

  private void sweep() {
    loop.after(SWEEP_MILLIS, this::sweep);
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                order.receptions().sweep();
              } catch (BrigException e) {
                loop.execute(() -> e.problems().forEach(order.teller()::problem));
              }
            });
  }

  private String metrics() {
    Metrics metrics = new Metrics();
    for (OpenHole hole : holes.values()) {
      hole.measure(metrics);
    }
    return metrics.text();
  }
}
