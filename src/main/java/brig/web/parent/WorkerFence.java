package brig.web.parent;

import brig.launch.jvm.HostPlace;
import brig.launch.jvm.ReadOnlyHost;
import brig.linux.Fd;
import brig.linux.Landlock;
import brig.linux.LinuxException;
import brig.linux.Stat;
import brig.spec.Located;
import brig.tree.MountPlan;
import java.util.List;

/** The Landlock fence around a worker that has no mounts of its own: the same places, read-only. */
final class WorkerFence {
  static final int FIRST_USABLE = 2;
  private static final int WITH_PORTS = 4;
  private static final int WITH_SCOPES = 6;

  // Truncation too: brig.launch.Fence tells why; nothing can be opened for writing.
  private static final long READ =
      Landlock.EXECUTE | Landlock.READ_FILE | Landlock.READ_DIR | Landlock.TRUNCATE;
  private static final long OF_DEVICE = Landlock.READ_FILE | Landlock.WRITE_FILE;

  private WorkerFence() {}

  /**
   * Builds it.
   *
   * @param places beside those of the system
   * @param ports that it may connect to; it binds none
   */
  static Landlock build(int abi, List<HostPlace> places, List<Located<Integer>> ports)
      throws LinuxException {
    long net = abi < WITH_PORTS ? 0 : Landlock.BIND_TCP | Landlock.CONNECT_TCP;
    long scopes =
        abi < WITH_SCOPES ? 0 : Landlock.SCOPE_ABSTRACT_UNIX_SOCKET | Landlock.SCOPE_SIGNAL;
    Landlock fence = Landlock.create(Landlock.fileRights(abi), net, scopes);
    for (MountPlan.Mount mount : ReadOnlyHost.of(places).mounts()) {
      try (Fd place = Fd.open(mount.source(), Fd.O_PATH)) {
        fence.allow(place, READ);
      }
    }
    for (String name : ReadOnlyHost.NODES) {
      if (Stat.of(ReadOnlyHost.DEVICES + "/" + name) != null) {
        try (Fd device = Fd.open(ReadOnlyHost.DEVICES + "/" + name, Fd.O_PATH)) {
          fence.allow(device, OF_DEVICE);
        }
      }
    }
    if (net != 0) {
      for (Located<Integer> port : ports) {
        fence.allowPort(port.value(), Landlock.CONNECT_TCP);
      }
    }
    return fence;
  }
}
