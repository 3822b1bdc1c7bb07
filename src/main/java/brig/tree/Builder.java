package brig.tree;

import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Names;
import brig.linux.Stat;
import brig.linux.Volume;
import brig.plan.Plan;
import brig.report.BrigException;
import brig.report.ExitCode;
import brig.report.Problem;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
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
  private final long start;

  private Builder(BuildOrder order, Progress progress, JailDirectory jail, long start) {
    this.order = order;
    this.progress = progress;
    this.jail = jail;
    this.generations = Generations.of(order.paths(), order.jail());
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

  private BuildResult build(Planning.@Nullable Planned before) throws BrigException, IOException {
    int current = generations.current().orElse(0);
    if (current > 0 && !order.again() && isUpToDate(current)) {
      long nanos = System.nanoTime() - start;
      return new BuildResult(order.jail(), current, false, 0, 0, 0, nanos, List.of());
    }
    for (int attempt = 1; ; attempt++) {
      progress.planning();
      Planning.Planned planned = before != null && attempt == 1 ? before : order.planning().plan();
      try {
        return write(planned);
      } catch (HostChangedException e) {
        if (attempt == TRIES) {
          throw BrigException.refused(Refusal.unstable(e.path()));
        }
      }
    }
  }

  private boolean isUpToDate(int current) throws IOException {
    byte[] jailfile = generations.jailfile(current);
    byte[] inputs = generations.inputs(current);
    return jailfile != null
        && inputs != null
        && Arrays.equals(jailfile, order.jailfile())
        && order.planning().unchanged(inputs);
  }

  private BuildResult write(Planning.Planned planned)
      throws BrigException, HostChangedException, LinuxException {
    Plan plan = planned.plan();
    List<Change> changes = Changes.of(plan, order.devicesFromHost());
    Seal.Outcome seal = order.seal().seal(plan, changes);
    checkDevices(seal.changes());
    Tally tally = Tally.of(seal.changes());
    List<Integer> numbers = jail.numbers();
    int number = numbers.isEmpty() ? 1 : numbers.getLast() + 1;
    List<Problem> warnings = new ArrayList<>(plan.warnings());
    warnings.addAll(seal.warnings());
    try {
      warnings.addAll(stage(number, planned, seal));
      WritablePlaces.make(jail.directory(), plan);
      jail.finish(number);
    } catch (IOException | BrigException | RuntimeException | Error e) {
      throw discard(number, e, tally.bytes());
    }
    jail.makeCurrent(number);
    removeUnused(number, warnings);
    return new BuildResult(
        order.jail(),
        number,
        true,
        tally.files(),
        tally.links(),
        tally.bytes(),
        System.nanoTime() - start,
        warnings);
  }

  private void checkDevices(List<Change> changes) throws BrigException, LinuxException {
    // The jail's own file system is mounted nodev, and the jail's /dev mounted once more without.
    if (order.volume() != null || !Volume.of(jail.directory()).noDevices()) {
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

  private List<Problem> stage(int number, Planning.Planned planned, Seal.Outcome seal)
      throws IOException {
    try (Fd stage = jail.stage(number)) {
      Names.mkdir(stage, "root", 0700);
      List<Problem> warnings;
      Digests digests = new Digests();
      OriginSearch origins = new OriginSearch(order.planning(), sources(seal.changes()));
      try (Fd root = Names.openDirectory(stage, "root")) {
        TreeWriter writer = new TreeWriter(root, order.modifiedNanos(), seal.manner(), digests);
        writer.apply(seal.changes(), progress);
        warnings = new ArrayList<>(writer.warnings());
        if (seal.manner().immutable()) {
          closeTree(root, number, warnings);
        }
      }
      byte[] manifest =
          ManifestWriter.of(
              planned.plan(), number, Instant.now(), seal, digests, origins.found(warnings));
      store(stage, Manifest.FILE, manifest);
      store(stage, "inputs", planned.inputs());
      store(stage, "jailfile.toml", order.jailfile());
      for (Map.Entry<String, byte[]> beside : planned.beside().entrySet()) {
        store(stage, beside.getKey(), beside.getValue());
      }
      if (order.sync()) {
        Volume.sync(stage);
      }
      return warnings;
    }
  }

  private void closeTree(Fd root, int number, List<Problem> warnings) throws LinuxException {
    Problem problem = ImmutableTree.close(root, generations.root(number));
    if (problem != null) {
      warnings.add(problem);
    }
  }

  private static List<String> sources(List<Change> changes) {
    List<String> sources = new ArrayList<>();
    for (Change change : changes) {
      if (change instanceof Change.CopyFile file) {
        sources.add(file.source());
      }
    }
    return sources;
  }

  /** For root alone: reasons and jailfile may tell more than the service should know. */
  private static void store(Fd stage, String name, byte[] content) throws LinuxException {
    try (Fd file = Names.create(stage, name, 0600)) {
      file.write(content);
      file.finish();
    }
  }

  /** Removes what was half made, and says what it failed on. */
  private BrigException discard(int number, Throwable failure, long needed)
      throws HostChangedException {
    Problem leftover = null;
    Problem refusal =
        failure instanceof LinuxException e ? Refusal.of(e, jail.directory().path(), needed) : null;
    try {
      jail.discard(number);
    } catch (LinuxException e) {
      leftover = e.problem("cannot remove " + e.path()).remedy("The next build tries it again.");
    }
    return switch (failure) {
      case HostChangedException e -> throw e;
      case BrigException e -> e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case Throwable e -> {
        Problem problem = refusal != null ? refusal : Problem.of("cannot build " + order.jail());
        yield new BrigException(
            ExitCode.REFUSED, leftover == null ? List.of(problem) : List.of(problem, leftover));
      }
    };
  }

  private void removeUnused(int current, List<Problem> warnings) {
    try {
      for (int number : UnusedGenerations.of(generations, jail.numbers(), current)) {
        jail.remove(number);
      }
    } catch (LinuxException e) {
      warnings.add(
          e.problem("cannot remove an old generation of " + order.jail())
              .remedy("The next build tries it again."));
    }
  }
}
