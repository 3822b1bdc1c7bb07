package brig.launch.service;

import brig.linux.Attributes;
import brig.linux.Fd;
import brig.linux.HostFiles;
import brig.linux.LinuxException;
import brig.spec.JailSpec;
import brig.tree.JailPaths;

/**
 * What a jail may send to outside: a directory of its own that it sees as {@code /run/brig}, with
 * sockets that the outside makes in it. It is a directory that is mounted, not a socket, so that
 * who listens can begin, end and begin anew while the service runs. Nobody else on the host gets to
 * it, so what comes in by it is of that jail.
 */
public final class Outlets {
  /** Where the jail has it. */
  public static final String INSIDE = JailSpec.OUTLETS;

  /** Takes what syslog(3) sends. */
  public static final String LOG = "log";

  /** Takes what sd_notify(3) sends. */
  public static final String NOTIFY = "notify";

  private Outlets() {}

  /** Makes the directory. */
  public static void prepare(String jail, JailPaths paths) throws LinuxException {
    HostFiles.createDirectories(paths.outlets(), 0700);
    try (Fd all = Fd.open(paths.outlets(), Fd.O_RDONLY | Fd.O_DIRECTORY)) {
      Attributes.chmod(all, 0700);
    }
    HostFiles.createDirectories(paths.outlets(jail), 0755);
    try (Fd mine = Fd.open(paths.outlets(jail), Fd.O_RDONLY | Fd.O_DIRECTORY)) {
      Attributes.chmod(mine, 0755); // whatever the umask
    }
  }
}
