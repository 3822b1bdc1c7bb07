package brig.audit.rules;

import brig.audit.About;
import brig.audit.Findings;
import brig.audit.Node;
import brig.audit.Rule;
import brig.audit.Severity;

/** Device nodes beyond the harmless few in /dev. */
final class DeviceNode implements Rule {
  static final About ABOUT =
      new About(
          "device-node",
          Severity.MEDIUM,
          "a device node other than null, zero, full, random, urandom and tty in /dev",
          "A device node is a door in the jail's wall: a disk's gives the host's whole file system,"
              + " the memory's the kernel, and a mode that seems safe helps nobody against a"
              + " service that is root.",
          "Remove it, and mount the jail nodev where no device is needed.");

  @Override
  public About about() {
    return ABOUT;
  }

  @Override
  public void look(Node node, Findings out) {
    if (!Devices.isDevice(node.stat())) {
      return;
    }
    boolean inDev = node.path().startsWith("/dev/");
    if (node.directory().equals("/dev") && Devices.named(node.name()) != null) {
      return; // false-device knows whether it is that one
    }
    String danger = Devices.danger(node.stat());
    String what = "is " + Modes.type(node.stat()) + ", mode " + Modes.octal(node.stat().mode());
    if (danger != null) {
      out.add(ABOUT, Severity.HIGH, node.path(), what + ": " + danger);
    } else if (!Devices.isHarmless(node.stat())) {
      out.add(ABOUT, node.path(), what);
    } else if (!inDev) {
      out.add(ABOUT, Severity.LOW, node.path(), what + ", harmless, but not in /dev");
    }
  }
}
