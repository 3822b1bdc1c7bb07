package brig.export;

import brig.spec.JailSpec;
import brig.spec.Located;
import java.util.ArrayList;
import java.util.List;

/** A jail for hosts without systemd: a script for /etc/init.d, by the LSB's words, over Brig. */
public final class InitScript {
  private InitScript() {}

  /** The name of a jail's script. */
  public static String nameOf(String jail) {
    return "brig-" + jail;
  }

  /**
   * The script.
   *
   * @param brig the path of Brig's launcher
   * @param jailfile how the jail is named to it
   * @param home {@code BRIG_HOME}; empty when there is none
   */
  public static String of(JailSpec spec, String brig, String jailfile, String home) {
    List<String> after = new ArrayList<>(List.of("$remote_fs", "$network", "$named"));
    for (Located<String> other : spec.upkeep().after()) {
      after.add(nameOf(other.value()));
    }
    String name = spec.name();
    return """
    #!/bin/sh
    ### BEGIN INIT INFO
    # Provides:          brig-NAME
    # Required-Start:    AFTER
    # Required-Stop:     $remote_fs $network
    # Default-Start:     2 3 4 5
    # Default-Stop:      0 1 6
    # Short-Description: the jail NAME
    ### END INIT INFO
    # By brig unit --init NAME. What an earlier run left behind (pid files, locks, sockets) is gone by
    # itself: a jail's temporary places are empty at each start.

    brig=BRIG
    jail=JAILFILE
    HOME
    [ -x "$brig" ] || exit 5

    case "${1:-}" in
      start)
        "$brig" status NAME >/dev/null 2>&1 && exit 0
        exec "$brig" run -d "$jail"
        ;;
      stop)
        exec "$brig" stop NAME
        ;;
      restart | force-reload)
        "$brig" stop NAME || exit 1
        exec "$brig" run -d "$jail"
        ;;
      try-restart)
        "$brig" status NAME >/dev/null 2>&1 || exit 0
        "$brig" stop NAME || exit 1
        exec "$brig" run -d "$jail"
        ;;
      status)
        "$brig" status NAME || exit 3
        ;;
      *)
        echo "usage: $0 {start|stop|restart|try-restart|force-reload|status}" >&2
        exit 2
        ;;
    esac
    """
        .replace("AFTER", String.join(" ", after))
        .replace("NAME", name)
        .replace("BRIG", quoted(brig))
        .replace("JAILFILE", quoted(jailfile))
        .replace("HOME\n", home.isEmpty() ? "\n" : "export BRIG_HOME=" + quoted(home) + "\n\n");
  }

  /** One word for sh, whatever is in it. */
  static String quoted(String plain) {
    return "'" + plain.replace("'", "'\\''") + "'";
  }
}
