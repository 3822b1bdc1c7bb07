package brig.export;

import brig.spec.JailSpec;
import java.util.ArrayList;
import java.util.List;

/** The listener of a jail's holes as a service of systemd's: the one that stays outside. */
public final class HolesUnit {
  /** What brig hole serve takes for itself after its calls were given their time, in seconds. */
  private static final int END = 5;

  private static final int GRACE = 10;

  private HolesUnit() {}

  /** The name of a jail's unit, without its suffix; of a jail that has holes. */
  public static String nameOf(String jail) {
    return SystemdUnit.nameOf(jail) + "-holes";
  }

  /**
   * The service.
   *
   * @param brig the path of Brig's launcher
   * @param jailfile how the jail is named to it
   * @param home {@code BRIG_HOME}; empty when there is none
   */
  public static String service(JailSpec spec, String brig, String jailfile, String home) {
    List<String> lines = new ArrayList<>();
    lines.add("# The listener of the holes of the jail " + spec.name() + ", by brig unit. It is");
    lines.add("# Brig's own: programs of jobs are started by it, outside of the jail.");
    lines.add("[Unit]");
    lines.add("Description=Holes of the jail " + spec.name());
    lines.add("After=network.target");
    lines.add("Before=" + SystemdUnit.nameOf(spec.name()) + ".service");
    lines.add("");
    lines.add("[Service]");
    lines.add("Type=exec");
    UnitWords.home(home, lines);
    lines.add(
        "ExecStart=" + UnitWords.command(brig) + " hole serve " + UnitWords.command(jailfile));
    lines.add("ExecReload=/bin/kill -HUP $MAINPID");
    // A control group for each program, below the listener's (cgroups(7), "Delegation").
    lines.add("Delegate=yes");
    lines.add("KillMode=mixed");
    lines.add("TimeoutStopSec=" + (GRACE + END) + "s");
    lines.add("Restart=on-failure");
    lines.add("UMask=0027");
    lines.add("");
    lines.add("[Install]");
    lines.add("WantedBy=multi-user.target");
    return String.join("\n", lines) + "\n";
  }
}
