package brig.cli.jail;

import brig.cli.command.Context;
import brig.report.Problem;
import brig.tree.JailVolume;

/** Opens a jail to look into it; what keeps it closed is told, and the command goes on. */
public final class OpenJail {
  private OpenJail() {}

  public static void orTell(String name, Context context) {
    for (Problem problem : JailVolume.tryOpen(context.paths(), name)) {
      context.err().println("brig: " + problem.text());
    }
  }
}
