package brig.tree;

import brig.linux.LinuxException;
import brig.linux.Stat;
import brig.linux.Volume;
import brig.plan.HostDrift;
import brig.plan.Plan;
import brig.report.BrigException;
import brig.report.ExitCode;
import brig.report.Problem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Builds a jail: a new generation is written beside the old ones and made current by one rename.
 * Whatever happens on the way, the old one stays current and whole.
 *
 * <p>Nothing is synced by default. The rename protects against everything that can happen to the
 * process; a machine that loses its power within half a minute of a build may lose files of the new
 * generation, and {@link BuildOrder#sync} is there for who cannot have that.
 */
public final class Builder {
  /** How often the host may change between a plan and its copy before we give up. */
  private static final int TRIES = 3;

  private final BuildOrder order;
  private final Progress progress;
  private final JailDirectory jail;
  private final Generations generations;
  private final Staging staging;
  private final long start;
  private final List<Problem> warnings = new ArrayList<>();

  private Builder(BuildOrder order, Progress progress, JailDirectory jail, long start) {
    this.order = order;
    this.progress = progress;
    this.jail = jail;
    this.generations = Generations.of(order.paths(), order.jail());
    this.staging = new Staging(order, jail, generations, progress);
    this.start = start;
  }

  /**
   * Builds, unless nothing changed since the current generation was built. A second build of the
   * same jail waits for the first.
   *
   * @throws BrigException with what to tell the person; nothing was changed then
   */
  public static BuildResult build(BuildOrder order, Progress progress) throws BrigException {
    long start = System.nanoTime();
    TrustedPath.requireRoot(order.jail());
    try {
      // The first build plans before it makes anything: what cannot be planned leaves no trace.
      Planning.Planned planned = VolumeSetup.prepare(order);
      if (planned == null && Stat.ofLink(order.paths().jail(order.jail())) == null) {
        planned = order.planning().plan();
      }
      try (JailDirectory jail = JailDirectory.open(order.paths(), order.jail(), progress)) {
        return new Builder(order, progress, jail, start).build(planned);
      }
    } catch (LinuxException e) {
      throw BrigException.refused(Refusal.of(e, order.paths().jail(order.jail()), 0));
    } catch (IOException e) {
      throw BrigException.refused(
          Problem.of("cannot build " + order.jail()).answered(String.valueOf(e.getMessage())));
    } finally {
      progress.ended();
    }
  }

  /**
   * What a build would change in the current generation; nothing is written.
   *
   * @return paths, sorted; the empty list when a build would say that nothing changed
   */
  public static List<String> preview(BuildOrder order) throws BrigException, IOException {
    Generations generations = Generations.of(order.paths(), order.jail());
    int number = generations.current().orElse(0);
    Current current = new Current(generations, number);
    if (number > 0 && current.isMounted() != order.mounted()) {
      return List.of("/");
    }
    byte[] inputs = number > 0 && current.isOf(order.jailfile()) ? current.inputs() : null;
    if (inputs != null && order.planning().drift(inputs).isNone()) {
      return List.of();
    }
    Planning.Planned planned = order.planning().plan();
    List<Change> changes = Changes.of(planned.plan(), order);
    Seal.Outcome seal = order.seal().seal(planned.plan(), changes);
    if (order.mounted()) {
      return MountedWrite.of(order, planned, seal, current, new ArrayList<>()).paths();
    }
    return PlannedWrite.compare(order, planned, seal, current).paths();
  }

  /**
   * What a start of a jail whose files are mounted makes and mounts, of a generation that is not to
   * be replaced: as it was planned then, or, when the host has changed since, as its own jailfile
   * is planned now. Nothing is written.
   *
   * @param order with the generation's jailfile
   */
  public static MountPlan mounts(BuildOrder order, int generation)
      throws BrigException, IOException {
    Current current = new Current(Generations.of(order.paths(), order.jail()), generation);
    byte[] inputs = current.inputs();
    if (inputs != null && order.planning().drift(inputs).isNone()) {
      MountPlan kept = MountPlanFile.read(order.paths().generation(order.jail(), generation));
      if (kept != null) {
        return kept;
      }
    }
    return MountedWrite.planNow(order);
  }

  private BuildResult build(Planning.@Nullable Planned before) throws BrigException, IOException {
    int number = generations.current().orElse(0);
    Current current = number > 0 && !order.again() ? new Current(generations, number) : null;
    if (current != null && current.isMounted() != order.mounted()) {
      current = null; // there is nothing in common but the plan
    }
    if (current != null) {
      BuildResult result = withoutPlan(current);
      if (result != null) {
        return result;
      }
    }
    for (int attempt = 1; ; attempt++) {
      progress.planning();
      Planning.Planned planned = before != null && attempt == 1 ? before : order.planning().plan();
      try {
        return write(planned, current);
      } catch (HostChangedException e) {
        if (attempt == TRIES) {
          throw BrigException.refused(Refusal.unstable(e.path()));
        }
      } catch (BaseLostException e) {
        current = null;
      }
    }
  }

  /** Whether nothing changed, or contents only; null when it takes a plan to know. */
  private @Nullable BuildResult withoutPlan(Current current) throws BrigException, IOException {
    byte[] inputs = current.isOf(order.jailfile()) ? current.inputs() : null;
    if (inputs == null) {
      return null;
    }
    HostDrift drift = order.planning().drift(inputs);
    if (drift.isNone()) {
      List<WritablePlaces.Place> places = current.places();
      if (places == null) {
        return null;
      }
      WritablePlaces.make(jail.directory(), places);
      return unchanged(current);
    }
    if (drift.replan() != null || order.mounted()) {
      return null;
    }
    try {
      ContentSync.Result result = ContentSync.run(order, jail, staging, current, drift, warnings);
      if (result == null) {
        return null;
      }
      return result.generation() == 0
          ? unchanged(current)
          : changed(
              current, result.generation(), new Tally(result.allFiles(), 0, 0), result.paths());
    } catch (HostChangedException | BaseLostException e) {
      return null; // to be planned, with what the host is like now
    }
  }

  private BuildResult unchanged(Current current) {
    return new BuildResult(
        order.jail(),
        current.number(),
        current.number(),
        false,
        0,
        0,
        0,
        List.of(),
        System.nanoTime() - start,
        warnings);
  }

  private BuildResult changed(
      @Nullable Current before, int generation, Tally tally, List<String> paths) {
    return new BuildResult(
        order.jail(),
        generation,
        before == null ? 0 : before.number(),
        true,
        tally.files(),
        tally.links(),
        tally.bytes(),
        paths,
        System.nanoTime() - start,
        warnings);
  }

  private BuildResult write(Planning.Planned planned, @Nullable Current current)
      throws BrigException, IOException {
    Plan plan = planned.plan();
    List<Change> changes = Changes.of(plan, order);
    Seal.Outcome seal = order.seal().seal(plan, changes);
    checkDevices(seal.changes());
    warnings.clear();
    warnings.addAll(plan.warnings());
    warnings.addAll(seal.warnings());
    if (order.mounted()) {
      return write(planned, seal, current);
    }
    PlannedWrite write = PlannedWrite.of(order, jail, planned, seal, current);
    if (write.isNothing()) {
      jail.replace(write.before().number(), Current.INPUTS, planned.inputs().encode());
      WritablePlaces.make(jail.directory(), WritablePlaces.of(plan));
      return unchanged(write.before());
    }
    int number = staging.write(write.work(), warnings);
    return changed(write.base(), number, Tally.of(seal.changes()), write.paths());
  }

  /** Of a jail whose files are mounted at start. */
  private BuildResult write(Planning.Planned planned, Seal.Outcome seal, @Nullable Current current)
      throws BrigException, IOException {
    MountedWrite write = MountedWrite.of(order, planned, seal, current, warnings);
    Current base = write.base();
    if (base != null && write.isNothing()) {
      jail.replace(base.number(), Current.INPUTS, planned.inputs().encode());
      WritablePlaces.make(jail.directory(), WritablePlaces.of(planned.plan()));
      return unchanged(base);
    }
    List<String> paths = write.paths();
    int number = staging.write(write.work(), warnings);
    Tally tally = Tally.of(seal.changes());
    return new BuildResult(
        order.jail(),
        number,
        base == null ? 0 : base.number(),
        true,
        tally.files(),
        tally.links(),
        tally.bytes(),
        paths,
        System.nanoTime() - start,
        warnings,
        write.mountCount());
  }

  private void checkDevices(List<Change> changes) throws BrigException, LinuxException {
    // The jail's own file system is mounted nodev, and the jail's /dev mounted once more without.
    if (order.mounted() || order.volume() != null || !Volume.of(jail.directory()).noDevices()) {
      return;
    }
    List<Problem> problems = new ArrayList<>();
    for (Change change : changes) {
      if (change instanceof Change.MakeDevice device) {
        String path = order.paths().current(order.jail()) + "/root" + device.path();
        problems.add(Refusal.noDevices(path).at(order.devicesAt()));
      }
    }
    if (!problems.isEmpty()) {
      throw new BrigException(ExitCode.REFUSED, problems);
    }
  }
}
