package brig.export;

import brig.spec.JailSpec;
import brig.spec.Located;
import java.util.ArrayList;
import java.util.List;

/**
 * A jail in mode "late" as a service of systemd's: the daemon is held by Brig as long as it lives,
 * so what systemd starts and watches is {@code brig run}. The walls are Brig's; only what systemd
 * can count from outside is said to it.
 */
public final class HeldUnit {
  private HeldUnit() {}

  /**
   * The service.
   *
   * @param brig the path of Brig's launcher
   * @param jailfile how the jail is named to it
   * @param home {@code BRIG_HOME}; empty when there is none
   */
  public static String service(JailSpec spec, String brig, String jailfile, String home) {
    StringBuilder text = new StringBuilder();
    text.append("# The jail ").append(spec.name()).append(", by brig unit. Brig starts it, and");
    text.append(" holds it as long as it runs:\n# a process of the daemon's that gives up root is");
    text.append(" taken in by it. Mode \"late\" is nothing without it.\n[Unit]\n");
    String what = spec.description().isEmpty() ? spec.name() : spec.description();
    line(text, "Description", UnitWords.escaped(what.replace("\n", " ")) + ", jailed");
    line(text, "After", "network.target");
    for (Located<String> after : spec.upkeep().after()) {
      line(text, "After", SystemdUnit.nameOf(after.value()) + ".service");
      line(text, "Wants", SystemdUnit.nameOf(after.value()) + ".service");
    }
    text.append("\n[Service]\n");
    line(text, "Type", "exec");
    List<String> environment = new ArrayList<>();
    UnitWords.home(home, environment);
    environment.forEach(line -> text.append(line).append('\n'));
    line(text, "ExecStart", UnitWords.command(brig) + " run " + UnitWords.command(jailfile));
    // brig run hands the signal on to the daemon; when it is killed, the kernel kills all of it.
    line(text, "KillMode", "mixed");
    line(text, "KillSignal", "SIG" + spec.command().stopSignal());
    line(text, "TimeoutStopSec", spec.command().stopTimeout().toMillis() + 2000 + "ms");
    line(text, "Restart", SystemdUnit.restart(spec));
    line(text, "LogNamespace", SystemdUnit.nameOf(spec.name()));
    text.append("\n[Install]\nWantedBy=multi-user.target\n");
    return text.toString();
  }

  private static void line(StringBuilder text, String key, String value) {
    text.append(key).append('=').append(value).append('\n');
  }
}
