package brig.audit.rules;

import brig.audit.About;
import brig.audit.Findings;
import brig.audit.Inspection;
import brig.audit.Node;
import brig.audit.Rule;
import brig.audit.Severity;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Sha256;
import brig.linux.Stat;
import brig.tree.ManifestEntry;
import org.jspecify.annotations.Nullable;

/** Planned files that hold other bytes than were written, to the last one. */
final class Drift implements Rule {
  static final About ABOUT =
      new About(
          "drift",
          Severity.HIGH,
          "a planned file, link or device that is not what was built",
          "Somebody changed the jail after it was built. Nobody but root can; the service itself"
              + " cannot, as its root is mounted read-only.",
          "Compare it with the host's, find out who changed it; brig build --again makes it anew.");

  private static final int TRIES = 3;

  private final Inspection jail;

  Drift(Inspection jail) {
    this.jail = jail;
  }

  @Override
  public About about() {
    return ABOUT;
  }

  @Override
  public void look(Node node, Findings out) throws LinuxException {
    ManifestEntry planned = node.planned();
    if (planned == null) {
      return;
    }
    String difference = difference(node, planned);
    // What is wrong with a device false-device or device-node tells, and why.
    if (difference != null && !(Devices.isDevice(node.stat()) && out.anySinceMark())) {
      out.add(ABOUT, node.path(), difference);
    }
  }

  private @Nullable String difference(Node node, ManifestEntry planned) throws LinuxException {
    Stat stat = node.stat();
    int type = typeOf(planned);
    if (type != 0 && stat.type() != type) {
      return "is " + Modes.type(stat) + ", which it was not when it was built";
    }
    return switch (planned.kind()) {
      case FILE, GENERATED -> content(node, planned);
      case LINK -> {
        String target = node.target();
        yield target.equals(planned.target())
            ? null
            : "leads to " + target + " instead of " + planned.target();
      }
      case DEVICE -> device(stat, planned.device());
      case SOCKET -> stat.isFile() && stat.size() > 0 ? "is not empty" : null;
      // What a mounted file holds is the host's affair; that it was replaced, stale tells.
      case DIRECTORY, FIFO, WRITABLE, TEMPORARY, MOUNTED -> null;
    };
  }

  private static int typeOf(ManifestEntry planned) {
    return switch (planned.kind()) {
      case FILE, MOUNTED, GENERATED -> Stat.S_IFREG;
      case DIRECTORY, WRITABLE, TEMPORARY -> Stat.S_IFDIR;
      case LINK -> Stat.S_IFLNK;
      case DEVICE -> deviceType(planned);
      case FIFO -> Stat.S_IFIFO;
      case SOCKET -> 0; // a mount point of a file or of a directory
    };
  }

  private static int deviceType(ManifestEntry planned) {
    if (planned.source() != null) {
      return Stat.S_IFREG; // the host's node is mounted on it
    }
    ManifestEntry.Device device = planned.device();
    return device != null && device.block() ? Stat.S_IFBLK : Stat.S_IFCHR;
  }

  private static @Nullable String device(Stat stat, ManifestEntry.@Nullable Device planned) {
    boolean same =
        planned == null
            || stat.isFile()
            || stat.special() == ((long) planned.major() << 32 | planned.minor());
    return same ? null : "is the device " + Modes.device(stat);
  }

  private @Nullable String content(Node node, ManifestEntry planned) throws LinuxException {
    if (node.stat().size() != planned.size()) {
      return "has " + node.stat().size() + " bytes instead of " + planned.size();
    }
    String wanted = planned.sha256();
    if (wanted == null) {
      jail.notSeen().add(node.path(), "its manifest has no hash");
      return null;
    }
    try (Fd file = node.open()) {
      for (int i = 0; i < TRIES; i++) {
        Stat before = file.stat();
        // Never more than the planned size: a file may grow under our eyes.
        String found = Sha256.ofFirst(file, planned.size());
        if (found.equals(wanted)) {
          return null;
        }
        Stat after = file.stat();
        if (before.changedNanos() == after.changedNanos()) {
          return "has other content: SHA-256 "
              + found.substring(0, 16)
              + "... instead of "
              + wanted.substring(0, Math.min(16, wanted.length()))
              + "...";
        }
      }
    }
    return "changes while it is read";
  }
}
