package brig.cli.jail;

import brig.cli.command.Context;
import brig.cli.command.TerminalProgress;
import brig.linux.Stat;
import brig.plan.Exclusions;
import brig.report.BrigException;
import brig.report.Problem;
import brig.seal.StandardSeal;
import brig.seal.StrictSeal;
import brig.spec.JailSpec;
import brig.tree.BuildOrder;
import brig.tree.BuildResult;
import brig.tree.Builder;
import brig.tree.OwnVolume;
import brig.tree.Seal;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A jail's build as every command wants it: planned on the real host, sealed, with progress on a
 * terminal and warnings told. Cheap when nothing changed.
 */
public final class JailBuild {
  private JailBuild() {}

  /**
   * Builds a jail.
   *
   * @param again although nothing changed
   * @param sync waits until all of it is on the disk
   */
  public static BuildResult build(JailSpec spec, Context context, boolean again, boolean sync)
      throws BrigException, IOException {
    if (spec.mode() == JailSpec.Mode.LATE || spec.mode() == JailSpec.Mode.SELF) {
      String mode = spec.mode() == JailSpec.Mode.LATE ? "late" : "self";
      throw BrigException.refused(
          Problem.of("there is nothing to build for " + spec.name())
              .answered(
                  "its daemon enters a directory of the host's while it runs (mode = " + mode + ")")
              .remedy("brig run " + spec.name() + " starts it."));
    }
    BuildOrder order = order(spec, context, again, sync);
    BuildResult result = Builder.build(order, new TerminalProgress(spec.name(), context));
    for (Problem warning : result.warnings()) {
      context.err().println("brig: warning: " + warning.text());
    }
    return result;
  }

  private static @Nullable OwnVolume volume(JailSpec spec) {
    JailSpec.Filesystem wanted = spec.filesystem();
    return wanted == null ? null : new OwnVolume(wanted.sizeBytes(), wanted.at());
  }

  private static Seal seal(JailSpec spec) {
    boolean capabilities = !spec.files().stripCapabilities();
    return switch (spec.hardening()) {
      case STANDARD -> new StandardSeal(capabilities);
      case STRICT ->
          new StrictSeal(
              spec.identity().startAsRoot(), new Exclusions(spec.files().readable()), capabilities);
    };
  }

  /** What {@link #build} would be asked to make. */
  public static BuildOrder order(JailSpec spec, Context context, boolean again, boolean sync)
      throws IOException {
    Stat jailfile = Stat.of(spec.file());
    return new BuildOrder(
        spec.name(),
        context.paths(),
        JailSources.read(spec.file()),
        jailfile == null ? 0 : jailfile.modifiedNanos(),
        spec.devices().fromHost(),
        spec.devices().origin().at(),
        again,
        sync,
        new JailPlanning(spec, context),
        seal(spec),
        volume(spec),
        spec.mode() == JailSpec.Mode.BIND);
  }
}
