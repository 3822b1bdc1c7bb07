package brig.tree;

import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Mounts;
import brig.linux.Namespaces;
import brig.linux.OwnThread;

/**
 * The root of a jail in mode "bind", put together to be looked at, as a start puts it together. It
 * is in a mount namespace of its own, which a descriptor keeps alive: nobody else sees it, it is
 * reached by its own descriptor alone, and it is gone when that is closed.
 */
public final class MountedView implements AutoCloseable {
  private final Fd namespace;
  private final Fd root;

  private MountedView(Fd namespace, Fd root) {
    this.namespace = namespace;
    this.root = root;
  }

  /**
   * Puts it together.
   *
   * @param place the directory that a start mounts it on
   */
  public static MountedView of(MountPlan plan, String place) throws LinuxException {
    return OwnThread.run("view", () -> make(plan, place));
  }

  private static MountedView make(MountPlan plan, String place) throws LinuxException {
    Namespaces.unshare(Namespaces.CLONE_FS | Namespaces.CLONE_NEWNS);
    Mounts.makeAllPrivate();
    Fd namespace = Fd.open("/proc/thread-self/ns/mnt", Fd.O_RDONLY);
    Fd root = null;
    try (Fd directory = Fd.open(place, Fd.O_PATH | Fd.O_DIRECTORY | Fd.O_NOFOLLOW)) {
      root = MountedRoot.empty(plan);
      Mounts.attach(root, directory);
      MountedRoot.fill(root, plan);
      return new MountedView(namespace, root);
    } catch (LinuxException e) {
      namespace.close();
      if (root != null) {
        root.close();
      }
      throw e;
    }
  }

  /** A path that leads this process to it, and no other. */
  public String path() {
    return "/proc/self/fd/" + root.number();
  }

  @Override
  public void close() {
    root.close();
    namespace.close();
  }
}
