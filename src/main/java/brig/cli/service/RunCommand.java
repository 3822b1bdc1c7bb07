package brig.cli.service;

import brig.cli.command.Context;
import brig.cli.command.NameOnly;
import brig.cli.jail.JailArgument;
import brig.cli.jail.Jailfiles;
import brig.cli.jail.ReadyJail;
import brig.launch.LaunchOrder;
import brig.launch.Launcher;
import brig.launch.service.Foreground;
import brig.launch.service.HandedIn;
import brig.launch.service.JailGroup;
import brig.launch.service.Listening;
import brig.launch.service.OutputLog;
import brig.launch.service.RunState;
import brig.launch.service.Running;
import brig.launch.up.SyslogRelay;
import brig.linux.Fd;
import brig.linux.HostFiles;
import brig.linux.LinuxException;
import brig.linux.Pidfd;
import brig.linux.ProcessStatus;
import brig.report.BrigException;
import brig.report.ExitCode;
import brig.report.Printable;
import brig.report.Problem;
import brig.spec.JailSpec;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code brig run NAME [-d] [-- ARGUMENTS...]}. */
public final class RunCommand implements NameOnly {
  /** How long a detached service is watched before it counts as running. */
  private static final long WATCH_MILLIS = 200;

  private static final long STEP_MILLIS = 10;

  /** A late jail's start in the background starts Brig once more, with this. */
  public static final String IN_BACKGROUND = "--in-background";

  @Override
  public void declare(CommandSpec spec) {
    spec.usageMessage()
        .description(
            "Start a service in its jail.",
            "Builds the jail first when there is none, or when the jailfile changed. In the"
                + " foreground the exit status is the service's (128 and the signal that killed"
                + " it).");
    spec.addOption(
        OptionSpec.builder("-d", "--detach")
            .description("Leave it running in the background; brig logs shows what it prints.")
            .build());
    spec.addOption(OptionSpec.builder(IN_BACKGROUND).hidden(true).build());
    spec.addPositional(JailArgument.one());
    spec.addPositional(
        PositionalParamSpec.builder()
            .index("1..*")
            .paramLabel("ARGUMENTS")
            .arity("0..*")
            .type(List.class)
            .auxiliaryTypes(String.class)
            .description("After --: added to the command of the jailfile.")
            .build());
  }

  @Override
  public int run(ParseResult arguments, Context context) throws BrigException, IOException {
    String name = arguments.matchedPositionalValue(0, "");
    List<String> extra = arguments.matchedPositionalValue(1, List.of());
    boolean background = arguments.hasMatchedOption(IN_BACKGROUND);
    return run(name, extra, arguments.hasMatchedOption("--detach"), background, context);
  }

  @Override
  public int run(String name, Context context) throws BrigException, IOException {
    return run(name, List.of(), false, false, context);
  }

  private static int run(
      String name, List<String> extra, boolean detached, boolean background, Context context)
      throws BrigException, IOException {
    JailSpec spec = Jailfiles.read(name, context.paths());
    ReadyJail.requireRoot("start " + name);
    HostFiles.createDirectories(context.paths().run(), 0755);
    Fd lock = lock(spec.name(), context);
    try {
      refuseSecond(spec.name(), context);
      ReadyJail jail = ReadyJail.of(spec, context);
      JailSpec.Late late = spec.late();
      if (spec.mode() == JailSpec.Mode.LATE && late != null) {
        if (!detached) {
          return LateRun.run(jail, late, extra, lock, background, context);
        }
        lock.close();
        return LateStart.detach(jail, late, name, extra, context);
      }
      return detached ? detach(jail, extra, context) : foreground(jail, extra, lock, context);
    } finally {
      lock.close();
    }
  }

  /** Held during the start: two starts at one time must not both find that nothing runs. */
  private static Fd lock(String name, Context context) throws BrigException, LinuxException {
    Fd lock = HostFiles.lock(context.paths().lock(name));
    if (lock == null) {
      throw BrigException.refused(
          Problem.of("cannot start " + name).answered("it is being started or stopped just now"));
    }
    return lock;
  }

  private static void refuseSecond(String name, Context context) throws BrigException, IOException {
    RunState state = RunState.read(context.paths().state(name));
    ProcessStatus running = state == null ? null : Running.find(state);
    if (state != null && running != null) {
      throw BrigException.refused(
          Problem.of("cannot start " + name)
              .answered(
                  "it is running, pid " + running.pid() + ", generation " + state.generation())
              .remedy("Stop it first: brig stop " + name + "."));
    }
  }

  private static int detach(ReadyJail jail, List<String> extra, Context context)
      throws BrigException, IOException {
    String name = jail.spec().name();
    OutputLog log = new OutputLog(context.paths().outputLog(name));
    log.rotate();
    long before = log.size();
    HandedIn sockets = HandedIn.open(jail.spec().network().sockets());
    LaunchOrder order = jail.orders(context.paths()).service(extra, sockets.numbers(), log.path());
    for (Problem warning : Launcher.warnings(order)) {
      context.err().println("brig: " + warning.text());
    }
    tellLog(jail, context);
    JailGroup group = JailGroup.prepare(jail.spec(), context.paths());
    long start = System.nanoTime();
    int pid = spawn(jail, order, group, context);
    sockets.close();
    try (Pidfd child = child(pid)) {
      RunState state = Noted.state(jail, pid, true, extra);
      state.write(context.paths().state(name));
      boolean ended = endsAtOnce(child, sockets.isEmpty());
      SelfWatch watch = SelfWatch.of(jail, state);
      if (!ended && watch != null) {
        confirm(watch, child, true, log, before, context, name);
        ended = child.awaitEnd(0);
      }
      if (ended) {
        Pidfd.Ending ending = child.reap();
        long millis = (System.nanoTime() - start) / 1_000_000;
        RunState left = aside(jail, state, ending, extra, context);
        if (left == null) {
          HostFiles.delete(context.paths().state(name));
          throw new Death(jail, ending, millis)
              .told(log.linesSince(before, Death.MOST_LINES), context);
        }
        pid = left.pid();
        watch = SelfWatch.of(jail, left);
        try (Pidfd aside = Pidfd.open(pid)) {
          if (watch != null && aside != null) {
            confirm(watch, aside, false, log, before, context, name);
          }
        }
      }
    }
    JailSpec.Late late = jail.spec().late();
    if (jail.spec().mode() == JailSpec.Mode.SELF && late != null) {
      context.out().println(name + ": running, pid " + pid + ", in " + late.root().value());
      return ExitCode.OK.status();
    }
    context.out().println(name + ": running, pid " + pid + ", generation " + jail.generation());
    return ExitCode.OK.status();
  }

  /**
   * What is left of a daemon that went into the background by itself, which it may where no process
   * namespace ends with its first process; null when nothing is.
   */
  private static @Nullable RunState aside(
      ReadyJail jail, RunState state, Pidfd.Ending ending, List<String> extra, Context context)
      throws BrigException, IOException {
    ProcessStatus left = ending.status() == 0 ? Running.find(state) : null;
    if (left == null) {
      return null;
    }
    RunState now = Noted.state(jail, left.pid(), true, extra);
    now.write(context.paths().state(jail.spec().name()));
    return now;
  }

  /** A daemon that did not go in is ended, and what it printed is told. */
  private static void confirm(
      SelfWatch watch,
      Pidfd first,
      boolean isChild,
      OutputLog log,
      long before,
      Context context,
      String name)
      throws BrigException, IOException {
    watch.await(first);
    try {
      watch.check(null);
    } catch (BrigException e) {
      if (isChild) {
        first.reap();
      }
      HostFiles.delete(context.paths().state(name));
      for (String line : log.linesSince(before, Death.MOST_LINES)) {
        context.err().println("  | " + Printable.text(line.replace('\t', ' ')));
      }
      throw e;
    }
  }

  /** Watches until it ends, listens, or has lived long enough. */
  private static boolean endsAtOnce(Pidfd child, boolean listeningTells) throws LinuxException {
    for (long waited = 0; waited < WATCH_MILLIS; waited += STEP_MILLIS) {
      if (child.awaitEnd(STEP_MILLIS)) {
        return true;
      }
      if (listeningTells && !Listening.of(child.pid()).isEmpty()) {
        return false;
      }
    }
    return child.awaitEnd(0);
  }

  private static int foreground(ReadyJail jail, List<String> extra, Fd lock, Context context)
      throws BrigException, IOException {
    String stateFile = context.paths().state(jail.spec().name());
    HandedIn sockets = HandedIn.open(jail.spec().network().sockets());
    LaunchOrder order = jail.orders(context.paths()).service(extra, sockets.numbers(), null);
    for (Problem warning : Launcher.warnings(order)) {
      context.err().println("brig: " + warning.text());
    }
    JailGroup group = JailGroup.prepare(jail.spec(), context.paths());
    if (!jail.spec().namespaces().pid() && jail.spec().mode() != JailSpec.Mode.SELF) {
      tellLog(jail, context);
      // exec(2) keeps pid and start time: what is noted now stays true.
      Noted.state(jail, ProcessStatus.self(), false, extra).write(stateFile);
      try {
        group.join(ProcessStatus.self());
        Launcher.become(order);
      } catch (BrigException e) {
        HostFiles.delete(stateFile);
        throw Death.unborn(jail, order, e, context);
      }
    }
    relayLog(jail, context);
    try (Foreground foreground = Foreground.prepare()) {
      long start = System.nanoTime();
      int pid = spawn(jail, order, group, context);
      sockets.close();
      try (Pidfd child = child(pid)) {
        RunState state = Noted.state(jail, pid, false, extra);
        state.write(stateFile);
        lock.close();
        SelfWatch watch = SelfWatch.of(jail, state);
        Thread beside = watch == null ? null : watch.beside(child);
        Pidfd.Ending ending = foreground.await(child, jail.spec().namespaces().pid());
        RunState left = aside(jail, state, ending, extra, context);
        if (left != null) {
          return inBackground(jail, left, context);
        }
        forget(stateFile, pid);
        forget(group, jail, context);
        if (watch != null) {
          watch.check(beside);
        }
        long millis = (System.nanoTime() - start) / 1_000_000;
        if (millis < Death.AT_ONCE_MILLIS) {
          new Death(jail, ending, millis).tell(context);
        }
        return ending.status();
      }
    }
  }

  /** It has left the foreground; nobody of Brig's needs to stay. */
  private static int inBackground(ReadyJail jail, RunState left, Context context)
      throws BrigException, IOException {
    SelfWatch watch = SelfWatch.of(jail, left);
    try (Pidfd aside = Pidfd.open(left.pid())) {
      if (watch != null && aside != null) {
        watch.await(aside);
        watch.check(null);
      }
    }
    String name = jail.spec().name();
    context
        .err()
        .println(
            "brig: "
                + name
                + " has gone into the background, process "
                + left.pid()
                + "; brig stop "
                + name
                + " ends it");
    return ExitCode.OK.status();
  }

  /** Unless another one was started meanwhile. */
  private static void forget(String stateFile, int pid) throws BrigException, IOException {
    RunState state = RunState.read(stateFile);
    if (state != null && state.pid() == pid) {
      HostFiles.delete(stateFile);
    }
  }

  /** Nobody of Brig's stays beside it: the host's own daemon has to listen. */
  private static void tellLog(ReadyJail jail, Context context) {
    String name = jail.spec().name();
    if (jail.spec().features().syslog() && !SyslogRelay.isServed(context.paths().outlets(name))) {
      context
          .err()
          .println(
              "brig: "
                  + name
                  + ": nobody takes what it sends to /dev/log; brig syslog "
                  + name
                  + " prints what rsyslog wants to be told, and brig up passes it on itself");
    }
  }

  /** In the foreground Brig stays anyway, and passes on what nobody else takes. */
  private static void relayLog(ReadyJail jail, Context context) throws LinuxException {
    if (jail.spec().features().syslog()) {
      String name = jail.spec().name();
      SyslogRelay relay =
          SyslogRelay.open(
              name,
              context.paths().outlets(name),
              SyslogRelay.HOST,
              line -> context.err().println("syslog: " + line));
      if (relay != null) {
        relay.passForEver();
      }
    }
  }

  /** When nothing is left of the jail; what it ran out of is told first. */
  private static void forget(JailGroup group, ReadyJail jail, Context context)
      throws LinuxException {
    if (group.ranOutOfMemory()) {
      context.err().println("brig: " + Death.outOfMemory(jail.spec()).text());
    }
    JailGroup.remove(jail.spec().name(), context.paths());
  }

  private static int spawn(ReadyJail jail, LaunchOrder order, JailGroup group, Context context)
      throws BrigException, IOException {
    try {
      return Launcher.spawn(order, group::join);
    } catch (BrigException e) {
      throw Death.unborn(jail, order, e, context);
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
