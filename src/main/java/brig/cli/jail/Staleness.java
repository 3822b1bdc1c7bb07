package brig.cli.jail;

import brig.cli.command.Context;
import brig.linux.HostFiles;
import brig.linux.LinuxException;
import brig.plan.Inputs;
import brig.tree.Generations;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Whether a jail is still what its jailfile and the host would make it. */
public final class Staleness {
  private Staleness() {}

  /**
   * Why a sync would have something to do; null when it would not. By looks, as a build decides it:
   * what is found here may turn out to change nothing in the tree.
   *
   * @param generation the current one
   */
  static @Nullable String of(String jail, int generation, Context context) throws IOException {
    byte[] jailfile = HostFiles.readOrNull(context.paths().jailfile(jail));
    if (jailfile == null) {
      return null; // there is nothing to make it from
    }
    if (!Arrays.equals(jailfile, Generations.of(context.paths(), jail).jailfile(generation))) {
      return "the jailfile has changed";
    }
    byte[] encoded = HostFiles.readOrNull(context.paths().generation(jail, generation) + "/inputs");
    Inputs inputs = encoded == null ? null : JailPlanning.inputs(encoded);
    if (inputs == null) {
      return "it was built by another Brig";
    }
    String change = inputs.firstChange(context.host());
    return change == null ? null : "the host has changed: " + change;
  }

  /** The same for those who may not read what a generation keeps: unknown is not stale. */
  public static @Nullable String ifReadable(String jail, int generation, Context context)
      throws IOException {
    try {
      return of(jail, generation, context);
    } catch (LinuxException e) {
      return switch (e.errno()) {
        case EACCES, EPERM -> null;
        default -> throw e;
      };
    }
  }
}
