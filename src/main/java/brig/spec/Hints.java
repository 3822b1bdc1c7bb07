package brig.spec;

import brig.report.Problem;
import java.util.ArrayList;
import java.util.List;

/** What is allowed and yet seldom meant. A command that builds or starts a jail tells these. */
public final class Hints {
  private static final int FIRST_FREE_PORT = 1024;

  private Hints() {}

  /** In the order of the file's sections; mostly none. */
  public static List<Problem> of(JailSpec spec) {
    List<Problem> hints = new ArrayList<>();
    umask(spec, hints);
    lowPorts(spec, hints);
    return hints;
  }

  private static void umask(JailSpec spec, List<Problem> hints) {
    int umask = spec.command().umask();
    if (spec.hardening() == JailSpec.Hardening.STRICT && (umask & 077) != 077) {
      hints.add(
          Problem.of(
                  "umask 0"
                      + Integer.toOctalString(umask)
                      + " lets others into new files, which hardening = \"strict\" alone would not")
              .remedy("Leave 'umask' out for 077."));
    }
  }

  private static void lowPorts(JailSpec spec, List<Problem> hints) {
    List<Located<Integer>> listen = spec.network().listen();
    if (listen == null) {
      return;
    }
    for (Located<String> capability : spec.identity().capabilities()) {
      if (capability.value().equals("CAP_NET_BIND_SERVICE")) {
        return;
      }
    }
    for (Located<Integer> port : listen) {
      if (port.value() < FIRST_FREE_PORT) {
        hints.add(
            Problem.of("port " + port.value() + " needs a privilege that the service does not have")
                .remedy(
                    "Let Brig open it, sockets = [\"0.0.0.0:"
                        + port.value()
                        + "\"], if the service can take it over; else add"
                        + " capabilities = [\"CAP_NET_BIND_SERVICE\"].")
                .at(port.at()));
      }
    }
  }
}
