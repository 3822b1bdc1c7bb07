package brig.web.parent;

import brig.launch.Walls;
import brig.launch.child.ChildOrder.Identity;
import brig.launch.child.OtherChildren;
import brig.launch.jvm.HostPlace;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.PacketSocket;
import brig.linux.Pidfd;
import brig.linux.Sockets;
import brig.report.BrigException;
import brig.report.ExitCode;
import brig.report.Problem;
import brig.spec.Located;
import brig.web.cgi.CgiJail;
import brig.web.cgi.CgiPlace;
import brig.web.config.Site;
import brig.web.config.WebConfig;
import brig.web.hole.HoleDesk;
import brig.web.hole.Holes;
import brig.web.wire.Channel;
import brig.web.wire.Channel.Word;
import brig.web.wire.WorkerOrder;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** From a configuration to a worker that serves. Nothing that runs is touched on the way. */
final class Starter {
  private static final long LOAD_MILLIS = 60_000;

  private final WorkerJvm jvm;
  private final boolean jailed;
  private final Map<String, String> environment;
  private final Telling telling;
  private final OtherChildren workers = new OtherChildren();

  Starter(WorkerJvm jvm, boolean jailed, Map<String, String> environment, Telling telling) {
    this.jvm = jvm;
    this.jailed = jailed;
    this.environment = environment;
    this.telling = telling;
  }

  /** All that can be found wrong with a configuration outside: accounts, directories, files. */
  static void check(WebConfig config, boolean jailed) throws BrigException, LinuxException {
    Set<Problem> wrong = new LinkedHashSet<>();
    gather(wrong, () -> Outside.read(config));
    gather(wrong, () -> jail(config));
    for (Site site : config.sites()) {
      Located<String> root = outside(config, site.root());
      if (!root.value().equals(config.chroot().value())) {
        gather(wrong, () -> directory("the root", root));
      }
    }
    if (jailed) {
      gather(wrong, () -> Account.of(config));
    }
    // What programs are checked for stands on all that.
    if (jailed && wrong.isEmpty()) {
      checkPrograms(config, jail(config));
    }
    if (!wrong.isEmpty()) {
      throw new BrigException(ExitCode.USAGE, List.copyOf(wrong));
    }
  }

  /** What is looked for; what is wrong with it is thrown. */
  private interface Look {
    Object at() throws BrigException, LinuxException;
  }

  private static void gather(Set<Problem> wrong, Look look) throws LinuxException {
    try {
      look.at();
    } catch (BrigException e) {
      wrong.addAll(e.problems());
    }
  }

  private static void checkPrograms(WebConfig config, HostPlace jail)
      throws BrigException, LinuxException {
    for (CgiPlace place : ProgramDoor.places(config, Account.of(config), true)) {
      for (Located<String> path : place.reach().writable()) {
        HostPlace found = directory("the writable place", outside(config, path));
        if (!found.path().startsWith(jail.path() + "/")) {
          throw BrigException.usage(
              Problem.of("programs cannot write to " + path.value())
                  .remedy("Name a directory below the jail's own, " + jail.path() + ".")
                  .at(path.at()));
        }
      }
      List<Problem> mistakes = Walls.mistakes(CgiJail.of(place, jail.path()));
      if (!mistakes.isEmpty()) {
        throw new BrigException(ExitCode.USAGE, mistakes);
      }
    }
  }

  private static Located<String> outside(WebConfig config, Located<String> path) {
    return new Located<>(brig.web.config.JailedPaths.outside(config, path.value()), path.at());
  }

  static HostPlace jail(WebConfig config) throws BrigException {
    return directory("the jail", config.chroot());
  }

  private static HostPlace directory(String what, Located<String> path) throws BrigException {
    try {
      HostPlace place = HostPlace.of(path.value());
      if (!place.directory() || place.path().equals("/")) {
        throw BrigException.usage(
            Problem.of(what + " cannot be " + path.value())
                .remedy("It must be a directory below /.")
                .at(path.at()));
      }
      return place;
    } catch (LinuxException e) {
      throw BrigException.usage(e.problem("cannot use " + what + " " + path.value()).at(path.at()));
    }
  }

  /**
   * Starts a worker and sees it into its jail.
   *
   * @param source the file's bytes, which the worker reads anew
   * @param sockets of the listens, and of the status
   */
  WorkerProcess start(WebConfig config, byte[] source, List<Fd> sockets)
      throws BrigException, LinuxException {
    check(config, jailed);
    Map<String, byte[]> files = Outside.read(config);
    HostPlace jail = jail(config);
    Account account = jailed ? Account.of(config) : new Account("", 0, 0, List.of());
    List<CgiPlace> places = ProgramDoor.places(config, account, jailed);
    String root = jailed ? jail.path() : "";
    List<Walls> walls = ProgramDoor.walls(places, root);
    PacketSocket[] control = PacketSocket.pair();
    PacketSocket[] programs = PacketSocket.pair();
    PacketSocket[] holes = PacketSocket.pair();
    boolean ready = false;
    // A port of the moment, for the worker's test of itself.
    try (Fd probe = Sockets.listen("127.0.0.1:0")) {
      int pid;
      try (PacketSocket theirs = control[1]) {
        pid = bear(config, account, jail, theirs.fd(), Sockets.port(probe));
      }
      WorkerProcess worker =
          new WorkerProcess(Pidfd.ofChild(pid), new Channel(control[0]), () -> workers.gone(pid));
      try (PacketSocket theirPrograms = programs[1];
          PacketSocket theirHoles = holes[1]) {
        List<Fd> doors = new ArrayList<>(sockets);
        doors.add(probe);
        doors.add(theirPrograms.fd());
        doors.add(theirHoles.fd());
        order(worker, config, source, files, account, jail, doors);
        ProgramDoor.rehearse(places, walls); // while it loads
        worker.expect(Word.ENTERED, LOAD_MILLIS, telling);
        if (jailed) {
          Inspection.of(pid, account, jail, WorkerLaunch.filters());
        }
        worker.channel().send(Word.ACCEPT, "", List.of());
        worker.expect(Word.SERVING, LOAD_MILLIS, telling);
        ready = true;
      } finally {
        if (!ready) {
          worker.kill();
          worker.reap();
          worker.close();
        }
      }
      ProgramDoor.serve(places, root, walls, programs[0], workers, telling);
      HoleDesk.serve(
          Holes.directories(config), jailed && Account.isRoot() ? user(account) : null, holes[0]);
      return worker;
    } finally {
      if (!ready) {
        programs[0].close();
        holes[0].close();
        walls.forEach(Walls::close);
      }
    }
  }

  private int bear(WebConfig config, Account account, HostPlace jail, Fd handedIn, int port)
      throws BrigException, LinuxException {
    return workers.bear(
        () ->
            jailed
                ? WorkerLaunch.jailed(
                    jvm, config, account, jail, handedIn, List.of(port), environment)
                : WorkerLaunch.unjailed(jvm, config, handedIn, environment));
  }

  private static Identity.As user(Account account) {
    return new Identity.As(account.uid(), account.gid(), account.groups());
  }

  /**
   * @param doors the sockets, the probe, and those to whoever starts programs and connects to holes
   */
  private void order(
      WorkerProcess worker,
      WebConfig config,
      byte[] source,
      Map<String, byte[]> files,
      Account account,
      HostPlace jail,
      List<Fd> doors)
      throws BrigException, LinuxException {
    Channel channel = worker.channel();
    channel.blob(config.file(), source);
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      channel.blob(file.getKey(), file.getValue());
    }
    WorkerOrder order =
        new WorkerOrder(
            account.uid(),
            account.gid(),
            account.groups(),
            jailed ? jail.path() : "",
            config.listens().size(),
            config.status() != null,
            config.logs().access() != null);
    List<Fd> logs = LogFiles.open(config.logs());
    try {
      List<Fd> handed = new ArrayList<>(doors);
      handed.addAll(logs);
      channel.send(Word.ORDER, order.text(), handed);
    } finally {
      LogFiles.close(logs);
    }
  }
}
