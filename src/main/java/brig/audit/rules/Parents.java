package brig.audit.rules;

import brig.audit.About;
import brig.audit.Findings;
import brig.audit.Inspection;
import brig.audit.Rule;
import brig.audit.Severity;
import brig.linux.LinuxException;
import brig.linux.Stat;

/** The jail's directory and all above it: who else can put another jail in its place. */
final class Parents implements Rule {
  static final About ABOUT =
      new About(
          "parent",
          Severity.HIGH,
          "the jail's directory or one above it belongs to, or can be written to by, others than"
              + " root",
          "Whoever can write to a directory on the way can move the jail away and put another in"
              + " its place, with a passwd and libraries of his own, for root to start a service"
              + " in. A root directory that the service owns lets it make /etc anew.",
          "chown root:root DIR, chmod go-w DIR, or keep the jail elsewhere.");

  private static final int STICKY = 01000;

  @Override
  public About about() {
    return ABOUT;
  }

  @Override
  public void finish(Inspection jail, Findings out) throws LinuxException {
    String path = jail.path();
    look("/", jail, out);
    for (int i = path.indexOf('/', 1); i > 0; i = path.indexOf('/', i + 1)) {
      look(path.substring(0, i), jail, out);
    }
    look(path, jail, out);
  }

  private static void look(String directory, Inspection jail, Findings out) throws LinuxException {
    Stat stat = Stat.ofLink(directory);
    if (stat == null) {
      return;
    }
    if (stat.uid() != 0) {
      out.add(
          ABOUT,
          directory,
          "belongs to uid " + Integer.toUnsignedString(stat.uid()) + " and not to root");
    }
    int mode = stat.mode();
    // With the sticky bit only owners rename and remove: what is root's stays.
    boolean others = (mode & 2) != 0 || ((mode & 020) != 0 && stat.gid() != 0);
    boolean itself = directory.equals(jail.path());
    if (others && (itself || (mode & STICKY) == 0)) {
      out.add(
          ABOUT,
          directory,
          "can be written to by others than root: owner "
              + Modes.owner(stat.uid(), stat.gid())
              + ", mode "
              + Modes.octal(mode));
    }
  }
}
