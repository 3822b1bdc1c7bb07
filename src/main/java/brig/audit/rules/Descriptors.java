package brig.audit.rules;

import brig.audit.About;
import brig.audit.Findings;
import brig.audit.JailedProcess;
import brig.audit.Rule;
import brig.audit.Severity;
import brig.linux.LinuxException;
import brig.linux.Stat;
import brig.linux.UnixSockets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Open descriptors of jailed processes that lead out. */
final class Descriptors implements Rule {
  static final About ABOUT =
      new About(
          "descriptor-outside",
          Severity.HIGH,
          "an open descriptor of a jailed process that leads out of the jail",
          "A root directory bounds names, not what is open already: through a directory's"
              + " descriptor the whole tree below and above it is open (openat, fchdir), and a"
              + " device or a daemon's socket is as good as one in the jail.",
          "Close all descriptors over 2 before the start (close_range(2)), or open them"
              + " close-on-exec.");

  private @Nullable Map<Long, String> privileged;

  @Override
  public About about() {
    return ABOUT;
  }

  @Override
  public void look(JailedProcess process, Findings out) throws LinuxException {
    for (JailedProcess.Open open : process.descriptors()) {
      String what = "has descriptor " + open.number() + " open on ";
      Stat stat = open.stat();
      if (stat.isDirectory()) {
        Boolean inside = process.isInside("fd/" + open.number());
        if (inside != null && !inside) {
          tell(process, Severity.HIGH, what + "the directory " + open.link(), out);
        }
      } else if (Devices.isDevice(stat) && !Devices.isHarmless(stat)) {
        boolean terminal = Devices.isTerminal(stat);
        tell(
            process,
            terminal ? Severity.LOW : Severity.HIGH,
            what + Modes.type(stat) + " (" + open.link() + ")",
            out);
      } else if (stat.type() == Stat.S_IFSOCK) {
        String daemon = privileged().get(stat.inode());
        if (daemon != null) {
          tell(process, Severity.HIGH, what + "a connection to " + daemon, out);
        }
      }
    }
  }

  /** Connections to such daemons, by the inode of the other end. */
  private Map<Long, String> privileged() throws LinuxException {
    Map<Long, String> known = privileged;
    if (known == null) {
      known = UnixSockets.peersOf(name -> Sockets.privilegedName(name) != null);
      privileged = known;
    }
    return known;
  }

  private static void tell(JailedProcess process, Severity severity, String what, Findings out) {
    out.add(ABOUT, severity, process.program(), process.text() + " " + what);
  }
}
