package brig.audit.rules;

import brig.audit.About;
import brig.audit.Findings;
import brig.audit.Node;
import brig.audit.Rule;
import brig.audit.Severity;
import brig.linux.LinuxException;
import brig.linux.Stat;
import brig.tree.ManifestEntry;
import java.util.Set;

/** What bears a device's name in /dev and is something else. */
final class FalseDevice implements Rule {
  static final About ABOUT =
      new About(
          "false-device",
          Severity.HIGH,
          "a name in /dev that is not the device of that name",
          "Programs trust these names. A disk called null is read by whoever asks; a file called"
              + " null fills up with what was thrown away; random numbers from a file called"
              + " urandom are known to whoever wrote it.",
          "Remove it and make the node anew (mknod -m 666 DEV c MAJOR MINOR).");

  private final Set<String> mounted;

  /**
   * @param mounted where a device is mounted for the processes alone: there is an empty place
   */
  FalseDevice(Set<String> mounted) {
    this.mounted = mounted;
  }

  @Override
  public About about() {
    return ABOUT;
  }

  @Override
  public void look(Node node, Findings out) throws LinuxException {
    Long wanted = Devices.named(node.name());
    if (wanted == null || !node.directory().equals("/dev")) {
      return;
    }
    Stat stat = node.stat();
    ManifestEntry planned = node.planned();
    boolean mountPoint =
        (planned != null && planned.source() != null) || mounted.contains(node.path());
    boolean link = stat.isLink() && node.name().equals("ptmx"); // pts/ptmx, of devpts
    if (link || (mountPoint && stat.isFile() && stat.size() == 0)) {
      return;
    }
    if (stat.type() != Stat.S_IFCHR || stat.special() != wanted) {
      out.add(
          ABOUT,
          node.path(),
          "is "
              + Modes.type(stat)
              + (stat.isLink() ? " to " + node.target() : "")
              + " and not the character device "
              + (wanted >>> 32)
              + ":"
              + (wanted & 0xFFFFFFFFL));
    }
  }
}
