package brig.audit.rules;

import brig.audit.About;
import brig.audit.Findings;
import brig.audit.Inspection;
import brig.audit.Rule;
import brig.audit.Severity;
import brig.linux.ProcessStatus;

/** Who should have gone into the jail and did not. */
final class Strays implements Rule {
  static final About ABOUT =
      new About(
          "outside-process",
          Severity.HIGH,
          "a process of a daemon that goes into its jail while it runs, and is not in it",
          "It runs as the service's user with the host before it: what the jail is for does not"
              + " hold for it.",
          "Look at what the daemon's configuration was changed to, and start it again: brig stop"
              + " and brig run.");

  @Override
  public About about() {
    return ABOUT;
  }

  @Override
  public void finish(Inspection jail, Findings out) {
    for (ProcessStatus stray : jail.subject().life().strays()) {
      out.add(
          ABOUT,
          "/",
          "process "
              + stray.pid()
              + " ("
              + stray.name()
              + ") runs as uid "
              + stray.uid()
              + " outside of the jail");
    }
  }
}
