package brig.cli.jail;

import brig.cli.command.Context;
import brig.launch.service.LateMounts;
import brig.launch.service.LaunchFacts;
import brig.launch.service.LaunchOrders;
import brig.launch.service.Outlets;
import brig.launch.service.RunState;
import brig.launch.service.Running;
import brig.launch.service.SelfTree;
import brig.launch.service.SitePlaces;
import brig.linux.HostFiles;
import brig.linux.ProcessStatus;
import brig.linux.Stat;
import brig.plan.Planner;
import brig.report.BrigException;
import brig.report.Problem;
import brig.spec.JailSpec;
import brig.spec.JailfileReader;
import brig.spec.Located;
import brig.tree.BuildResult;
import brig.tree.Builder;
import brig.tree.Generations;
import brig.tree.JailPaths;
import brig.tree.JailVolume;
import brig.tree.MountPlan;
import brig.tree.MountPlanFile;
import brig.tree.Rollback;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A jail that is built, with what its start needs to know.
 *
 * @param root of the current generation
 * @param mounted what a start puts together there; null: it holds the tree
 */
public record ReadyJail(
    JailSpec spec, LaunchFacts facts, int generation, String root, @Nullable MountPlan mounted) {
  /** Only root can make a jail's walls: mounts, namespaces, another user. */
  public static void requireRoot(String what) throws BrigException {
    int uid = ProcessStatus.effectiveUid();
    if (uid != 0) {
      throw BrigException.refused(
          Problem.of("cannot " + what)
              .answered("this needs root (CAP_SYS_ADMIN, CAP_SYS_CHROOT), and you are uid " + uid)
              .remedy("Use sudo or doas; the service itself runs as the jailfile's user."));
    }
  }

  /**
   * Builds first where there is no jail yet, or the jailfile is no more what it was built from. A
   * jail that was rolled back starts as it was then, with the jailfile of that time.
   *
   * <p>What a jail in mode "bind" mounts is the host's, as it is now: where the host has changed
   * since, it is planned again.
   */
  public static ReadyJail of(JailSpec spec, Context context) throws BrigException, IOException {
    JailSpec.Late late = spec.late();
    if (spec.mode() == JailSpec.Mode.LATE && late != null) {
      return late(spec, late, context);
    }
    if (spec.mode() == JailSpec.Mode.SELF && late != null) {
      return self(spec, late, context);
    }
    JailVolume.open(context.paths(), spec.name());
    Generations generations = Generations.of(context.paths(), spec.name());
    int current = generations.current().orElse(0);
    LaunchFacts facts = null;
    JailSpec started = spec;
    boolean rolledBack = false;
    byte[] built = current > 0 ? generations.jailfile(current) : null;
    if (built != null) {
      byte[] jailfile = JailSources.read(spec.file());
      boolean same = Arrays.equals(built, jailfile);
      if (same || Rollback.holds(generations, current, jailfile)) {
        rolledBack = !same;
        started = same ? spec : JailfileReader.read(spec.name(), spec.file(), built);
        if (same && spec.mode() == JailSpec.Mode.BIND) {
          current = inStep(spec, context);
        }
        facts = LaunchFacts.read(context.paths().generation(spec.name(), current));
      }
    }
    if (facts == null) {
      BuildResult result = JailBuild.build(spec, context, false, false);
      context.err().println(result.text() + (current == 0 ? "" : " (the jailfile changed)"));
      current = result.generation();
      started = spec;
      rolledBack = false;
      facts = LaunchFacts.read(context.paths().generation(spec.name(), current));
    }
    if (facts == null) {
      throw BrigException.refused(
          Problem.of("cannot start " + spec.name())
              .answered("generation " + current + " lacks its file " + LaunchFacts.FILE)
              .remedy("brig build --again " + spec.name() + "."));
    }
    if (started.hasOutlets()) {
      Outlets.prepare(started.name(), context.paths());
    }
    requireLent(started, context);
    MountPlan mounted = null;
    if (started.mode() == JailSpec.Mode.BIND) {
      mounted =
          rolledBack
              ? Builder.mounts(JailBuild.order(started, context, false, false), current)
              : MountPlanFile.read(context.paths().generation(spec.name(), current));
    }
    return new ReadyJail(started, facts, current, generations.root(current), mounted);
  }

  private static void requireLent(JailSpec spec, Context context)
      throws BrigException, IOException {
    for (Located<JailSpec.LentPath> line : spec.lent()) {
      JailSpec.LentPath place = line.value();
      JailVolume.open(context.paths(), place.jail());
      Stat stat = Stat.ofLink(context.paths().writable(place.jail()) + place.path());
      if (stat == null || !stat.isDirectory()) {
        throw BrigException.refused(
            Problem.of(
                    "cannot show jail "
                        + spec.name()
                        + " the "
                        + place.path()
                        + " of "
                        + place.jail())
                .answered("that jail is not built, or has no such place to write to")
                .remedy(
                    "Name it under writable in [files] of "
                        + place.jail()
                        + ", and build that first: brig build "
                        + place.jail()
                        + ".")
                .at(line.at()));
      }
    }
  }

  /** The number of the generation that is as the host is now. */
  private static int inStep(JailSpec spec, Context context) throws BrigException, IOException {
    BuildResult result = JailBuild.build(spec, context, false, false);
    if (result.changed()) {
      context.err().println(result.text() + " (the host changed)");
    }
    return result.generation();
  }

  /** Nothing is built: the jail is a directory of the host's, or an empty one with mounts. */
  private static ReadyJail late(JailSpec spec, JailSpec.Late late, Context context)
      throws BrigException, IOException {
    requireDirectory(spec, late);
    LaunchFacts facts = LaunchFacts.of(spec, Planner.plan(spec, context.host()));
    if (!late.samePaths()) {
      SitePlaces.make(late.root().value(), LateMounts.of(spec, late, facts));
      return new ReadyJail(spec, facts, 0, late.root().value(), null);
    }
    String root = context.paths().emptyRoot(spec.name());
    RunState noted = RunState.read(context.paths().state(spec.name()));
    if (noted == null || Running.find(noted) == null) {
      LateMounts.clear(root); // of a running one it would take the mounts along
    }
    LateMounts.makePlaces(root, LateMounts.of(spec, late, facts));
    return new ReadyJail(spec, facts, 0, root, null);
  }

  /** Nothing is built either: the daemon starts with the host's files, and goes into its own. */
  private static ReadyJail self(JailSpec spec, JailSpec.Late late, Context context)
      throws BrigException, IOException {
    requireDirectory(spec, late);
    LaunchFacts facts = LaunchFacts.of(spec, Planner.plan(spec, context.host()));
    SelfTree tree = new SelfTree(spec, late, facts);
    tree.prepare();
    String root = context.paths().emptyRoot(spec.name());
    HostFiles.createDirectories(root, 0755);
    HostFiles.createDirectories(context.paths().jail(spec.name()), 0755); // for its output
    return new ReadyJail(spec, facts, 0, root, tree.plan());
  }

  private static void requireDirectory(JailSpec spec, JailSpec.Late late)
      throws BrigException, IOException {
    String site = late.root().value();
    Stat stat = Stat.ofLink(site);
    if (stat == null || !stat.isDirectory()) {
      throw BrigException.usage(
          Problem.of("cannot jail " + spec.name() + " in " + site)
              .answered(stat == null ? "there is no such directory" : "it is no directory")
              .remedy("Make it, or name the real path of the site.")
              .at(late.root().at()));
    }
  }

  public LaunchOrders orders(JailPaths paths) {
    return new LaunchOrders(spec, facts, paths, root, mounted);
  }

  /** The orders of what is started in the jail itself, beside the service. */
  public LaunchOrders inside(JailPaths paths) {
    JailSpec.Late late = spec.late();
    return spec.mode() == JailSpec.Mode.SELF && late != null
        ? LaunchOrders.inside(spec, late, facts, paths)
        : orders(paths);
  }

  /** What is told of its program: the path in the jail. */
  public String program() {
    return spec.command().program();
  }

  /** The jailfile, as it is named in "add to ...". */
  public String jailfile() {
    return spec.file();
  }
}
