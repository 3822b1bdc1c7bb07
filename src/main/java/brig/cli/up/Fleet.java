package brig.cli.up;

import brig.cli.command.Context;
import brig.launch.service.JailStatus;
import brig.launch.service.RunState;
import brig.linux.Fd;
import brig.linux.FileWatch;
import brig.linux.HostFiles;
import brig.linux.LinuxException;
import brig.linux.Poll;
import brig.linux.Signal;
import brig.linux.SignalPipe;
import brig.linux.Stat;
import brig.report.BrigException;
import brig.report.ExitCode;
import brig.report.Problem;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The set while it runs: one loop that waits for whatever comes next. */
final class Fleet implements AutoCloseable {
  private static final long LOOK_MILLIS = 50;
  private static final int[] SIGNALS = {
    Signal.SIGINT, Signal.SIGTERM, Signal.SIGHUP, Signal.SIGQUIT
  };

  private final Chosen chosen;
  private final String hostLog;
  private final Context context;
  private final Teller teller;
  private final SignalPipe signals;
  private final FileWatch logs;

  private List<Member> members = new ArrayList<>();
  private final Deque<Member> toStop = new ArrayDeque<>();
  private @Nullable Stop stop;
  private @Nullable Thread stopping;
  private @Nullable List<Chosen.Jail> next;
  private boolean ending;
  private boolean hurry;
  private boolean startFailed;

  /** Not all have served yet: one that cannot ends the others. */
  private boolean beginning = true;

  Fleet(Chosen chosen, String hostLog, Context context) throws LinuxException {
    this.chosen = chosen;
    this.hostLog = hostLog;
    this.context = context;
    this.teller = new Teller(context);
    this.signals = SignalPipe.of(SIGNALS);
    this.logs = FileWatch.open();
  }

  /** Returns when nothing of it runs any more. */
  int run(List<Chosen.Jail> jails) throws BrigException, IOException {
    for (Chosen.Jail jail : jails) {
      members.add(member(jail));
    }
    try {
      return loop();
    } catch (BrigException | IOException | RuntimeException e) {
      // What cannot be looked after any more is not left behind.
      for (Member member : members.reversed()) {
        new Stop(member, context.paths(), 0).run();
      }
      throw e;
    }
  }

  private int loop() throws BrigException, IOException {
    while (true) {
      step();
      if (members.stream().allMatch(Member::isGone)
          && stop == null
          && toStop.isEmpty()
          && next == null) {
        return status();
      }
      await();
    }
  }

  private int status() {
    if (startFailed) {
      return ExitCode.REFUSED.status();
    }
    boolean failed = members.stream().anyMatch(Member::failed);
    return (failed ? ExitCode.FINDINGS : ExitCode.OK).status();
  }

  private Member member(Chosen.Jail jail) throws BrigException, LinuxException {
    Fd lock = HostFiles.lock(context.paths().keeperLock(jail.name()));
    if (lock == null) {
      throw BrigException.refused(
          Problem.of("cannot look after " + jail.name())
              .answered("another brig up does")
              .remedy("Stop that one, or send it SIGHUP after a change."));
    }
    return new Member(jail, lock, teller, hostLog, context);
  }

  /** All that can be done without waiting. */
  private void step() throws BrigException, IOException {
    for (int signal = signals.next(); signal != 0; signal = signals.next()) {
      told(signal);
    }
    for (Member member : members) {
      member.tail().read();
      Life life = member.life();
      if (life != null) {
        life.listen();
        boolean stopped = member.phase() == Member.Phase.STOPPING;
        if (!stopped && life.process().awaitEnd(0)) {
          member.ended(life);
        }
      }
      if (member.phase() == Member.Phase.STARTING) {
        member.lookForReady();
      }
      if (member.phase() == Member.Phase.PAUSED
          && System.nanoTime() - member.resumeAt() >= 0
          && !ending) {
        member.resume();
      }
      if (member.phase() == Member.Phase.WAITING && !ending && next == null && mayStart(member)) {
        start(member);
      }
      if (beginning && member.neverServed() && !ending) {
        startFailed = true;
        teller.news(member.name(), "all others are stopped");
        endAll();
      }
    }
    beginning &= !members.stream().allMatch(Member::letsOthersStart);
    stepStops();
    for (Member member : members) {
      member.stepHoles();
    }
  }

  private void start(Member member) throws LinuxException {
    member.start();
    String log = context.paths().outputLog(member.name());
    if (Stat.ofLink(log) != null) {
      logs.add(log);
    }
  }

  private boolean mayStart(Member member) {
    for (var after : member.spec().upkeep().after()) {
      for (Member other : members) {
        if (other.name().equals(after.value()) && !other.letsOthersStart()) {
          return false;
        }
      }
    }
    return true;
  }

  private void told(int signal) throws BrigException, IOException {
    if (signal == Signal.SIGHUP) {
      reload();
    } else if (ending) {
      hurry = true;
      context.err().println("brig: asked again: what is left is killed");
      Stop slow = stop;
      if (slow != null) {
        // Beside the one that waits.
        new Stop(slow.member(), context.paths(), 0).run();
      }
    } else {
      endAll();
    }
  }

  /** The last one first. */
  private void endAll() {
    ending = true;
    next = null;
    toStop.clear();
    for (Member member : members) {
      toStop.addFirst(member);
    }
  }

  /** One after the other, so that nobody loses what it depends on before it has ended. */
  private void stepStops() throws LinuxException {
    if (stopping != null && stop != null && !stopping.isAlive()) {
      stop.member().stopped();
      stop = null;
      stopping = null;
    }
    while (stop == null && !toStop.isEmpty()) {
      Member member = toStop.removeFirst();
      if (member.phase() != Member.Phase.OVER && member.beginStop()) {
        stop = new Stop(member, context.paths(), hurry ? 0 : -1);
        stopping = Thread.ofPlatform().name("stop").daemon(true).start(stop);
      }
    }
    if (stop == null && next != null && !ending) {
      takeOver(next);
      next = null;
    }
  }

  /** A jailfile with a mistake changes nothing. */
  private void reload() throws BrigException, IOException {
    if (ending) {
      return;
    }
    List<Chosen.Jail> read;
    try {
      read = chosen.read();
    } catch (BrigException e) {
      for (Problem problem : e.problems()) {
        context.err().println("brig: " + problem.text());
      }
      context.err().println("brig: nothing was changed");
      return;
    }
    Map<String, Chosen.Jail> byName = new HashMap<>();
    for (Chosen.Jail jail : read) {
      byName.put(jail.name(), jail);
    }
    int changed = read.size() - members.size();
    for (Member member : members) {
      Chosen.Jail now = byName.get(member.name());
      if (now == null || !now.isLike(member.jail) || hasNewGeneration(member)) {
        toStop.addFirst(member);
        changed = Math.max(1, changed);
      }
    }
    for (Member member : members) {
      member.holes().reload();
    }
    context.err().println(changed == 0 ? "brig: nothing has changed" : "brig: reloading");
    next = read;
  }

  private boolean hasNewGeneration(Member member) throws BrigException, IOException {
    RunState state = RunState.read(context.paths().state(member.name()));
    return state != null
        && member.spec().mode().isBuilt()
        && state.generation() != JailStatus.currentGeneration(member.name(), context.paths());
  }

  /** Those that go on stay; the stopped ones and the new ones begin anew. */
  private void takeOver(List<Chosen.Jail> jails) throws LinuxException {
    Map<String, Member> running = new HashMap<>();
    for (Member member : members) {
      if (member.phase() == Member.Phase.OVER) {
        member.close();
      } else {
        running.put(member.name(), member);
      }
    }
    List<Member> all = new ArrayList<>();
    for (Chosen.Jail jail : jails) {
      Member old = running.get(jail.name());
      try {
        all.add(old != null ? old : member(jail));
      } catch (BrigException e) {
        teller.problems(jail.name(), e);
      }
    }
    members = all;
  }

  private void await() throws LinuxException {
    List<Fd> fds = new ArrayList<>(List.of(signals.fd(), logs.fd()));
    long millis = -1;
    for (Member member : members) {
      Life life = member.life();
      if (life != null) {
        fds.addAll(life.news());
        if (member.phase() != Member.Phase.STOPPING) {
          fds.add(life.process().fd());
        }
      }
      Fd listener = member.holes().fd();
      if (listener != null) {
        fds.add(listener);
      }
      boolean isUp =
          member.phase() == Member.Phase.STARTING || member.phase() == Member.Phase.READY;
      millis = sooner(millis, member.holes().waitMillis(isUp));
      boolean starts = member.phase() == Member.Phase.WAITING && !ending && mayStart(member);
      millis = sooner(millis, starts && next == null ? 0 : wait(member));
    }
    if (stop != null || next != null || !toStop.isEmpty()) {
      millis = sooner(millis, LOOK_MILLIS);
    }
    Poll.readable(millis, fds.toArray(new Fd[0]));
    logs.drain();
  }

  /** How long nothing can happen to it by itself; negative: for ever. */
  private static long wait(Member member) {
    return switch (member.phase()) {
      case PAUSED -> Math.max(0, (member.resumeAt() - System.nanoTime()) / 1_000_000 + 1);
      case STARTING -> LOOK_MILLIS;
      case WAITING, READY, STOPPING, OVER -> -1;
    };
  }

  private static long sooner(long a, long b) {
    return a < 0 ? b : b < 0 ? a : Math.min(a, b);
  }

  @Override
  public void close() throws LinuxException {
    for (Member member : members) {
      member.close();
    }
    logs.close();
    signals.close();
  }
}
