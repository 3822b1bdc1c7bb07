package brig.audit.breakout;

import brig.launch.LaunchOrder;
import brig.launch.LaunchOrder.JailMount;
import brig.launch.Walls;
import brig.launch.late.LateService;
import brig.launch.late.LateWatcher;
import brig.linux.LinuxException;
import brig.report.BrigException;
import brig.report.Problem;
import brig.spec.JailSpec;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Puppets that go into a late jail as the workers of its daemon do: each is started outside, as
 * root, and is taken in when it becomes its user.
 */
public final class LatePuppets implements JailTarget.Starter {
  private final JailSpec.Late late;
  private final List<Started> started = new ArrayList<>();

  private record Started(Walls walls, LateService service) {}

  /** Whatever the trigger of the daemon is. */
  public LatePuppets(JailSpec.Late late) {
    this.late =
        new JailSpec.Late(
            late.root(),
            List.of(),
            late.samePaths(),
            new JailSpec.Trigger.GivesUpRoot(),
            late.patience());
  }

  private static final class Refusals implements LateWatcher {
    private volatile @Nullable String killed;

    @Override
    public void entered(Entered process) {}

    @Override
    public void killed(int pid, String program, String why) {
      killed = why;
    }

    @Override
    public void noted(String text) {}
  }

  @Override
  public boolean late() {
    return true;
  }

  @Override
  public int spawn(LaunchOrder order, boolean asRoot) throws BrigException {
    closeEnded();
    LaunchOrder outside =
        new OrderOf(order)
            .running(
                outside(order),
                order.mounts(),
                false,
                order.capabilities(),
                order.output() == null ? "/dev/null" : order.output());
    Walls walls = Walls.build(outside);
    Refusals refusals = new Refusals();
    try {
      LateService service = LateService.start(walls, late, refusals);
      started.add(new Started(walls, service));
      if (asRoot) {
        service.takeAll("the breakout");
      }
      String killed = refusals.killed;
      if (killed != null) {
        throw BrigException.refused(
            Problem.of("cannot start in jail " + order.jail()).answered(killed));
      }
      return service.first();
    } catch (LinuxException e) {
      throw BrigException.refused(e.problem("cannot start in jail " + order.jail()));
    }
  }

  /** Where its program lies outside, from where it starts. */
  private static String outside(LaunchOrder order) {
    String program = order.argv().getFirst();
    for (JailMount mount : order.mounts()) {
      if (mount instanceof JailMount.ReadOnly(String inside, String source)
          && inside.equals(program)) {
        return source;
      }
    }
    return order.root() + program;
  }

  private void closeEnded() {
    for (Started one : List.copyOf(started)) {
      try {
        if (one.service.ended()) {
          one.service.close();
          one.walls.close();
          started.remove(one);
        }
      } catch (LinuxException e) {
        started.remove(one); // its tracer has failed, and is gone with all of its tracees
      }
    }
  }
}
