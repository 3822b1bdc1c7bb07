package brig.launch;

import brig.launch.LaunchOrder.JailMount;
import brig.linux.Architecture;
import brig.linux.BpfProgram;
import brig.linux.Capability;
import brig.linux.Errno;
import brig.linux.Fd;
import brig.linux.Landlock;
import brig.linux.LinuxException;
import brig.linux.Mounts;
import brig.linux.Namespaces;
import brig.linux.OwnThread;
import brig.linux.Seccomp;
import brig.linux.Stat;
import brig.report.BrigException;
import brig.report.ExitCode;
import brig.report.Problem;
import brig.spec.JailSpec;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The walls of a jail that stand before anybody is in it, for processes that come in while they
 * run: namespaces and a Landlock fence, held by descriptors, which another process can be handed;
 * and what each of them must give up. They are the same that {@link Confinement} puts around what
 * it starts.
 */
public final class Walls implements AutoCloseable {
  private static final long OUTSIDE_BYTES = 64 * 1024;

  /** Where anybody may make something, unless a fence forbids it. */
  private static final String EVERYBODYS = "/tmp";

  private final LaunchOrder order;
  private final long kept;
  private final @Nullable BpfProgram filter;
  private final Seccomp.@Nullable Filter ready;
  private final @Nullable BpfProgram profile;
  private final List<Fd> opened = new ArrayList<>();
  private final List<String> writable = new ArrayList<>();
  private @Nullable Fd mounts;
  private @Nullable Fd ipc;
  private @Nullable Landlock fence;
  private @Nullable Fd outside;
  private @Nullable Stat root;
  private String doing = "begin";

  private Walls(LaunchOrder order, long kept) {
    this.order = order;
    this.kept = kept;
    this.filter =
        order.seccomp().enabled()
            ? CallFilter.of(order.seccomp(), Architecture.current(), false)
            : null;
    this.ready = filter == null ? null : new Seccomp.Filter(filter);
    this.profile = CallProfile.filter(order.seccomp(), Architecture.current());
  }

  /**
   * Builds them. Of the order count the root, the mounts, the IPC namespace, capabilities, seccomp,
   * Landlock and the ports.
   */
  public static Walls build(LaunchOrder order) throws BrigException {
    return build(order, false);
  }

  /**
   * Walls that somebody builds who is not root: the mounts are left to each child, in namespaces of
   * its own. Of the order's mounts the writable ones count, which must lie below the root.
   */
  public static Walls ofUser(LaunchOrder order) throws BrigException {
    return build(order, true);
  }

  private static Walls build(LaunchOrder order, boolean ofUser) throws BrigException {
    List<Problem> wrong = mistakes(order);
    long kept = Launcher.capabilities(order, new ArrayList<>());
    if (!wrong.isEmpty()) {
      throw new BrigException(ExitCode.USAGE, wrong);
    }
    int abi = order.landlock() == JailSpec.Landlock.OFF ? 0 : Landlock.abi();
    if (order.landlock() == JailSpec.Landlock.REQUIRE) {
      List<Problem> lacking = Fence.shortcomings(order, abi);
      if (!lacking.isEmpty()) {
        throw new BrigException(ExitCode.REFUSED, lacking);
      }
    }
    Walls walls = new Walls(order, kept);
    try {
      if (ofUser) {
        walls.raiseAsUser(abi);
      } else {
        OwnThread.run(
            "walls",
            () -> {
              walls.raise(abi);
              return true;
            });
      }
      return walls;
    } catch (LinuxException e) {
      walls.close();
      throw refused(order, walls.doing, e);
    }
  }

  /** The names in an order that nothing has: of system calls and capabilities. */
  public static List<Problem> mistakes(LaunchOrder order) {
    List<Problem> wrong = new ArrayList<>(CallFilter.check(order.seccomp()));
    Launcher.capabilities(order, wrong);
    return wrong;
  }

  // The mounts outlive the thread that has made them as long as a descriptor of their namespace is
  // open; the Landlock rules hold their places by themselves.
  private void raise(int abi) throws LinuxException {
    doing = "make namespaces";
    boolean ownIpc = order.namespaces().ipc();
    Namespaces.unshare(
        Namespaces.CLONE_FS | Namespaces.CLONE_NEWNS | (ownIpc ? Namespaces.CLONE_NEWIPC : 0));
    mounts = Fd.open("/proc/thread-self/ns/mnt", Fd.O_RDONLY);
    ipc = ownIpc ? Fd.open("/proc/thread-self/ns/ipc", Fd.O_RDONLY) : null;
    doing = "take the mounts of the host from its sight";
    Mounts.makeAllPrivate();
    doing = "mount the jail";
    JailTree tree = new JailTree(order, opened);
    root = tree.root().stat();
    doing = "build the Landlock fence";
    fence = Fence.build(order, abi, tree);
    if (fence != null) {
      outside = Mounts.tmpfs(0777, 0, 0, OUTSIDE_BYTES, 0);
    }
    doing = "make the jail the root";
    Mounts.pivotTo(tree.hall());
    close(opened);
  }

  private void raiseAsUser(int abi) throws LinuxException {
    doing = "open the root";
    Fd directory = Fd.open(order.root(), Fd.O_PATH | Fd.O_DIRECTORY | Fd.O_NOFOLLOW);
    opened.add(directory);
    root = directory.stat();
    doing = "build the Landlock fence";
    List<JailTree.Mounted> places = new ArrayList<>();
    for (JailMount mount : order.mounts()) {
      if (mount instanceof JailMount.Writable(String inside, String from)) {
        Fd place = Fd.open(from, Fd.O_PATH | Fd.O_DIRECTORY | Fd.O_NOFOLLOW);
        opened.add(place);
        places.add(new JailTree.Mounted(mount, place));
        writable.add(order.root() + inside);
      }
    }
    fence = Fence.build(order, abi, directory, places);
    outside = Fd.open(EVERYBODYS, Fd.O_PATH | Fd.O_DIRECTORY);
    close(opened);
  }

  private static BrigException refused(LaunchOrder order, String doing, LinuxException e) {
    Problem problem =
        e.problem("cannot " + doing + " of jail " + order.jail() + " (" + e.call() + ")");
    return BrigException.refused(
        e.errno() == Errno.ENOENT && e.path() != null
            ? problem.remedy("Make " + e.path() + " first: it is where something is mounted.")
            : problem);
  }

  public LaunchOrder order() {
    return order;
  }

  /** The mount namespace; its root is what surrounds the jail. */
  public Fd mounts() {
    return present(mounts);
  }

  /** Writable places as paths of the host, in walls of a user. */
  public List<String> writable() {
    return List.copyOf(writable);
  }

  /** The IPC namespace; null: the host's. */
  public @Nullable Fd ipc() {
    return ipc;
  }

  /** The Landlock rules; null: none. */
  public @Nullable Fd fence() {
    return fence == null ? null : fence.ruleset();
  }

  /**
   * A directory in which everybody may make something but for the fence, if there is one: no rule
   * names it. In walls that root has built it is of a file system that is mounted nowhere.
   */
  public Fd outside() {
    return present(outside);
  }

  /** The seccomp filter; null: none. */
  public @Nullable BpfProgram filter() {
    return filter;
  }

  /** The same filter, ready to be installed; null: none. */
  public Seccomp.@Nullable Filter readyFilter() {
    return ready;
  }

  /** What holds beside the filter, put up last; a refusal is told in the kernel's log. */
  public @Nullable BpfProgram profile() {
    return profile;
  }

  /** What the root of who is inside is, as stat(2) tells. */
  public Stat root() {
    return present(root);
  }

  /** The capabilities that may be kept, as a bit mask. */
  public long kept() {
    return kept;
  }

  /** The same, while the process sets the ids of its user. */
  public long keptOnTheWay() {
    return kept | Capability.CAP_SETUID.bit() | Capability.CAP_SETGID.bit();
  }

  /** What is to be set and locked: at an exec uid 0 means nothing (capabilities(7)). */
  public int securebits() {
    return Privileges.SECUREBITS;
  }

  private static <T> T present(@Nullable T value) {
    if (value == null) {
      throw new IllegalStateException("the walls are not built");
    }
    return value;
  }

  private static void close(List<Fd> descriptors) {
    for (Fd fd : descriptors) {
      fd.close();
    }
    descriptors.clear();
  }

  /** Whoever is inside stays there. */
  @Override
  public void close() {
    close(opened);
    if (mounts != null) {
      mounts.close();
    }
    if (ipc != null) {
      ipc.close();
    }
    if (fence != null) {
      fence.close();
    }
    if (outside != null) {
      outside.close();
    }
  }
}
