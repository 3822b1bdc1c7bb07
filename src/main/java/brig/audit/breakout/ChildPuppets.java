package brig.audit.breakout;

import brig.launch.LaunchOrder;
import brig.launch.Walls;
import brig.launch.child.Child;
import brig.launch.child.ChildOrder;
import brig.launch.child.ChildOrder.ChildLimits;
import brig.launch.child.ChildOrder.Identity;
import brig.launch.child.Children;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.ProcessStatus;
import brig.report.BrigException;
import java.util.ArrayList;
import java.util.List;

/**
 * Puppets that are started as {@code brig serve} starts the programs of a site: children, confined
 * from their birth, inside walls that stood before.
 */
public final class ChildPuppets implements JailTarget.Starter, AutoCloseable {
  private final ChildLimits limits;
  private final Children children;

  /**
   * @param limits of the programs
   */
  public ChildPuppets(ChildLimits limits) throws LinuxException {
    // Without cgroups: each puppet is ended by whoever holds its strings. So nothing counts the
    // processes of one alone: RLIMIT_NPROC would count all that its user runs.
    this.limits =
        new ChildLimits(
            limits.cpuSeconds(), limits.memoryBytes(), limits.fileBytes(), limits.files(), -1);
    this.children = Children.open("brig-breakout-" + ProcessStatus.self(), Children.Way.WALKING);
  }

  @Override
  public int spawn(LaunchOrder order, boolean asRoot) throws BrigException {
    List<Fd> handedIn = new ArrayList<>();
    for (int number : order.handedIn()) {
      handedIn.add(Fd.of(number, "handed in"));
    }
    Identity identity =
        asRoot
            ? new Identity.As(0, 0, List.of())
            : new Identity.As(order.uid(), order.gid(), order.groups());
    try (Walls walls = Walls.build(order)) {
      Child child =
          children.start(
              new ChildOrder(
                  order.argv(),
                  order.environment(),
                  order.workingDirectory(),
                  walls,
                  identity,
                  limits,
                  order.umask(),
                  handedIn,
                  false),
              null,
              null,
              null);
      child.process().close();
      return child.pid();
    } catch (LinuxException e) {
      throw BrigException.refused(e.problem("cannot start in the jail " + order.jail()));
    }
  }

  @Override
  public void close() throws LinuxException {
    children.close();
  }
}
