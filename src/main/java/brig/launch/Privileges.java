package brig.launch;

import brig.linux.Capabilities;
import brig.linux.Capability;
import brig.linux.LinuxException;
import brig.linux.PrivilegeCalls;
import java.util.List;

/**
 * User, groups and capabilities of the service, taken on by the calling thread alone.
 *
 * <p>With SECBIT_NOROOT uid 0 means nothing at an exec: what the program has afterwards is the
 * ambient set, for root and for others alike, which is the order's list exactly (capabilities(7),
 * "Transformation of capabilities during execve"). A service that starts as root and then sets all
 * of its uids to its user's loses all: SECBIT_NO_SETUID_FIXUP is locked off, so the kernel clears
 * the permitted, effective and ambient sets at that change ("Effect of user ID changes on
 * capabilities").
 *
 * @param kept what the service may keep, as a bit mask
 */
public record Privileges(int uid, int gid, List<Integer> groups, long kept) {
  /** SECBIT_KEEP_CAPS is left free: BIND and others set it between root and their user. */
  static final int SECUREBITS =
      Capabilities.SECBIT_NOROOT
          | Capabilities.SECBIT_NOROOT_LOCKED
          | Capabilities.SECBIT_NO_SETUID_FIXUP_LOCKED
          | Capabilities.SECBIT_NO_CAP_AMBIENT_RAISE
          | Capabilities.SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED;

  /** A service that starts as root does so without any group but root's. */
  static Privileges of(LaunchOrder order, long kept) {
    return order.startAsRoot()
        ? new Privileges(0, 0, List.of(), kept)
        : new Privileges(order.uid(), order.gid(), List.copyOf(order.groups()), kept);
  }

  /** The calling thread takes them on. */
  void take() throws LinuxException {
    take(PrivilegeCalls.HERE);
  }

  /**
   * The same for one who stays who it is: what a user namespace of its own gave it is given up.
   * Groups cannot be left there.
   */
  public static void giveUp(PrivilegeCalls by) throws LinuxException {
    by.boundBy(0);
    by.setAmbient(0);
    by.setSecurebits(SECUREBITS);
    by.setCapabilities(new Capabilities(0, 0, 0));
    by.setNoNewPrivileges();
  }

  /** The one order of these calls, for whoever makes them. */
  public void take(PrivilegeCalls by) throws LinuxException {
    long needed = Capability.CAP_SETPCAP.bit(); // for the securebits, gone at the end
    // While CAP_SETPCAP is there: whatever is run later, these never come back.
    by.boundBy(kept);
    // Else the change of uid would clear the permitted set before the ambient one is made of it.
    by.setSecurebits(Capabilities.SECBIT_KEEP_CAPS);
    // Groups before the user: afterwards there is no CAP_SETGID.
    by.setGroups(groups);
    by.setGid(gid);
    by.setUid(uid);
    // The change of uid cleared the effective set; SETPCAP comes back for two more steps.
    by.setCapabilities(new Capabilities(kept | needed, kept | needed, kept));
    by.setAmbient(kept);
    by.setSecurebits(SECUREBITS);
    by.setCapabilities(new Capabilities(kept, kept, kept));
    by.setNoNewPrivileges();
  }
}
