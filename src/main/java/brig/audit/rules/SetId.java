package brig.audit.rules;

import brig.audit.About;
import brig.audit.Blueprint;
import brig.audit.Findings;
import brig.audit.Inspection;
import brig.audit.Node;
import brig.audit.Rule;
import brig.audit.Severity;

/** Set-user-id and set-group-id files, whoever owns them. */
final class SetId implements Rule {
  static final About ABOUT =
      new About(
          "set-id",
          Severity.HIGH,
          "a set-user-id or set-group-id file",
          "Whoever runs it has the rights of its owner or group. Of root, it gives back what the"
              + " service gave up, and root leaves a chroot at will. Planted inside, it can be run"
              + " from outside by somebody else.",
          "Take the bit away (chmod u-s,g-s FILE), or leave the file out.");

  private static final int S_ISUID = 04000;
  private static final int S_ISGID = 02000;

  private final boolean mounted;

  SetId(Inspection jail) {
    Blueprint blueprint = jail.subject().blueprint();
    this.mounted = blueprint != null && blueprint.mounted();
  }

  @Override
  public About about() {
    return ABOUT;
  }

  @Override
  public void look(Node node, Findings out) {
    int mode = node.stat().mode();
    if (!node.stat().isFile() || (mode & (S_ISUID | S_ISGID)) == 0) {
      return;
    }
    boolean user = (mode & S_ISUID) != 0;
    // Without the group's execute bit it marked mandatory locking, which Linux 5.15 gave up.
    boolean group = (mode & S_ISGID) != 0 && (mode & 010) != 0;
    if (user || group) {
      String what =
          (user ? "set-user-id of uid " + Integer.toUnsignedString(node.stat().uid()) : "")
              + (user && group ? " and " : "")
              + (group ? "set-group-id of gid " + Integer.toUnsignedString(node.stat().gid()) : "");
      String message = "is " + what + ", mode " + Modes.octal(mode);
      if (mounted && !node.inPlace()) {
        String held = "; the host's own, mounted nosuid: the bits do nothing in the jail";
        out.add(ABOUT, Severity.LOW, node.path(), message + held);
      } else {
        out.add(ABOUT, node.path(), message);
      }
    }
  }
}
