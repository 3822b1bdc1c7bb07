package brig.web.parent;

import brig.launch.LaunchOrder;
import brig.launch.Walls;
import brig.launch.child.Abandoned;
import brig.launch.child.ChildOrder;
import brig.launch.child.ChildOrder.Identity;
import brig.launch.child.Children;
import brig.launch.child.OtherChildren;
import brig.linux.Errno;
import brig.linux.LinuxException;
import brig.linux.PacketSocket;
import brig.report.BrigException;
import brig.report.Problem;
import brig.spec.Located;
import brig.web.cgi.CgiJail;
import brig.web.cgi.CgiPlace;
import brig.web.cgi.CgiPlaces;
import brig.web.cgi.ProgramDesk;
import brig.web.config.Action;
import brig.web.config.JailedPaths;
import brig.web.config.WebConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The parent's end of the socket by which a worker asks for programs to be started. It ends when
 * the worker does.
 */
final class ProgramDoor {
  private static final String NO_PROGRAM = "/brig-is-trying-itself";
  private static final int UMASK = 022;
  private static final AtomicInteger DOORS = new AtomicInteger();

  private ProgramDoor() {}

  /** The places of programs, with their users looked up. */
  static List<CgiPlace> places(WebConfig config, Account account, boolean jailed)
      throws BrigException, LinuxException {
    return CgiPlaces.of(config, new Places(config, account, jailed));
  }

  /**
   * The walls around the programs of each place, before any of them runs.
   *
   * @param root the jail's directory; empty: there is none, and no walls
   */
  static List<Walls> walls(List<CgiPlace> places, String root)
      throws BrigException, LinuxException {
    List<Walls> walls = new ArrayList<>();
    boolean built = false;
    try {
      for (CgiPlace place : root.isEmpty() ? List.<CgiPlace>of() : places) {
        LaunchOrder order = CgiJail.of(place, root);
        walls.add(
            place.identity() instanceof Identity.Alone ? Walls.ofUser(order) : Walls.build(order));
      }
      built = true;
      return walls;
    } finally {
      if (!built) {
        walls.forEach(Walls::close);
      }
    }
  }

  /**
   * Starts a program of each place that is not there: all that stands before its first instruction
   * is done and read back then, and the last step alone fails.
   *
   * @throws BrigException when another one does
   */
  static void rehearse(List<CgiPlace> places, List<Walls> walls)
      throws BrigException, LinuxException {
    if (places.isEmpty()) {
      return;
    }
    try (Children children = Children.open(RunnerName.of(0), way(places))) {
      for (int i = 0; i < places.size(); i++) {
        CgiPlace place = places.get(i);
        ChildOrder order =
            new ChildOrder(
                List.of(NO_PROGRAM),
                Map.of(),
                "/",
                walls.isEmpty() ? null : walls.get(i),
                place.identity(),
                place.limits(),
                UMASK,
                false);
        try {
          children.start(order, null, null, null).close();
        } catch (LinuxException e) {
          if (!e.call().equals("execve") || e.errno() != Errno.ENOENT) {
            throw BrigException.refused(
                e.problem(
                    "cannot start programs of location "
                        + place.location()
                        + " ("
                        + e.call()
                        + ")"));
          }
        }
      }
    }
  }

  /** Who is not root makes no namespace but with a child in it. */
  private static Children.Way way(List<CgiPlace> places) {
    return places.getFirst().identity() instanceof Identity.Alone
        ? Children.Way.FIRST
        : Children.Way.CGROUPS;
  }

  /** Answers a worker, on a thread of its own, which closes the walls at its end. */
  static void serve(
      List<CgiPlace> places,
      String root,
      List<Walls> walls,
      PacketSocket socket,
      OtherChildren others,
      Telling telling) {
    Thread.ofPlatform()
        .name("programs")
        .daemon(true)
        .start(
            () -> {
              try (socket) {
                if (places.isEmpty()) {
                  while (socket.receive() != null) {
                    // The configuration has no programs: whoever asks for one gets no answer.
                  }
                } else {
                  open(places, root, walls, socket, others, telling);
                }
              } catch (LinuxException e) {
                telling.tell(e.problem("programs cannot be started for this worker any more"));
              } finally {
                walls.forEach(Walls::close);
              }
            });
  }

  private static void open(
      List<CgiPlace> places,
      String root,
      List<Walls> walls,
      PacketSocket socket,
      OtherChildren others,
      Telling telling)
      throws LinuxException {
    int worker = DOORS.incrementAndGet();
    if (worker == 1) {
      // A parent that was killed could not clean up: programs may still run.
      Abandoned.end(RunnerName.PREFIX, RunnerName::isAbandoned);
    }
    try (Children children = Children.open(RunnerName.of(worker), way(places), others);
        ProgramDesk desk = new ProgramDesk(places, root, walls, socket, children, telling::tell)) {
      desk.serve();
    }
  }

  private record Places(WebConfig config, Account account, boolean jailed)
      implements CgiPlaces.Resolver {

    @Override
    public Identity identity(Action.Cgi cgi) throws BrigException, LinuxException {
      if (!jailed) {
        return new Identity.Same();
      }
      Located<String> user = cgi.user();
      Account found = user == null ? account : Account.named(user);
      if (!Account.isRoot()) {
        if (cgi.asOwner()) {
          throw BrigException.usage(
              Problem.of("programs cannot run as their owners")
                  .answered("this is user " + found.uid() + ", not root")
                  .remedy("Use sudo; or leave 'as_owner' out: all run as who you are.")
                  .at(cgi.path().at()));
        }
        return new Identity.Alone(found.uid(), found.gid());
      }
      return new Identity.As(found.uid(), found.gid(), found.groups());
    }

    @Override
    public String inside(String path) {
      return jailed ? JailedPaths.inside(config, path) : path;
    }
  }
}
