package brig.audit.rules;

import brig.audit.About;
import brig.audit.Findings;
import brig.audit.Node;
import brig.audit.Rule;
import brig.audit.Severity;
import brig.linux.Capability;
import brig.linux.LinuxException;

/** Files that give capabilities to whoever runs them. */
final class FileCapabilities implements Rule {
  static final About ABOUT =
      new About(
          "file-capabilities",
          Severity.HIGH,
          "a file that gives capabilities to whoever runs it",
          "A capability in the file's attributes is a part of root's power, as a set-user-id bit is"
              + " the whole. CAP_SYS_CHROOT, CAP_SYS_ADMIN, CAP_MKNOD and others lead out of a"
              + " chroot.",
          "Take them away (setcap -r FILE), or leave the file out.");

  private static final String ATTRIBUTE = "security.capability";

  @Override
  public About about() {
    return ABOUT;
  }

  @Override
  public boolean isHeldByMount() {
    return true;
  }

  @Override
  public void look(Node node, Findings out) throws LinuxException {
    if (!node.stat().isFile()) {
      return;
    }
    byte[] value = node.attribute(ATTRIBUTE);
    if (value != null) {
      long permitted = permitted(value);
      String names = Capability.names(permitted);
      out.add(
          ABOUT,
          node.path(),
          "has file capabilities: " + (names.isEmpty() ? "in an unknown form" : names));
    }
  }

  // struct vfs_cap_data of linux/capability.h: magic, then pairs of permitted and inheritable.
  private static long permitted(byte[] value) {
    long set = 0;
    for (int half = 0; half < 2 && value.length >= 12 + half * 8; half++) {
      for (int i = 0; i < 4; i++) {
        set |= (value[4 + half * 8 + i] & 0xFFL) << (half * 32 + i * 8);
      }
    }
    return set;
  }
}
