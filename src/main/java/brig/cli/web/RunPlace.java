package brig.cli.web;

import brig.cli.command.Context;
import brig.linux.ProcessStatus;

/** Where a server leaves its number for {@code brig reload}. */
final class RunPlace {
  private RunPlace() {}

  /** Whoever is not root has a place of their own, where the host gives them one. */
  static String of(Context context) {
    String own = context.environment().getOrDefault("XDG_RUNTIME_DIR", "");
    boolean moved = !context.environment().getOrDefault("BRIG_HOME", "").isEmpty();
    return moved || own.isEmpty() || ProcessStatus.effectiveUid() == 0
        ? context.paths().run()
        : own + "/brig";
  }
}
