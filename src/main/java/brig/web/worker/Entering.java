package brig.web.worker;

import brig.launch.ServerFilter;
import brig.linux.Capability;
import brig.linux.CurrentPlace;
import brig.linux.Errno;
import brig.linux.EveryThread;
import brig.linux.Fd;
import brig.linux.Landlock;
import brig.linux.LinuxException;
import brig.linux.Poll;
import brig.linux.ProcessStatus;
import brig.linux.Seccomp;
import brig.web.wire.Channel;
import brig.web.wire.Channel.Word;
import brig.web.wire.WorkerOrder;
import java.util.List;

/**
 * The way in, of a virtual machine that runs.
 *
 * <p>It was started with what every later thread inherits: a mount namespace with little in it, all
 * read-only; no_new_privs, a seccomp filter, a Landlock fence around what it starts from; root with
 * four capabilities. What is left is done here, for all threads. Root and working directory they
 * share (CLONE_FS), so one chroot(2) moves them all. User, groups, capabilities and Landlock are
 * kept for each thread: {@link EveryThread}. A seccomp filter is put on all by TSYNC. The order is
 * that of docs/confinement.md: what needs a privilege first, then the privileges, the filter last,
 * because it forbids what comes before it.
 *
 * <p>The second fence is each thread's own domain, for Landlock of ABI 7 knows none of a process;
 * it lies within the first, which is one for all and holds signals and abstract sockets. A thread
 * that is born later inherits its creator's.
 *
 * <p>All that is used here was loaded before: {@link #prepare} does nothing but that.
 */
final class Entering implements AutoCloseable {
  private static final List<Capability> HELD =
      List.of(
          Capability.CAP_SYS_CHROOT,
          Capability.CAP_SETUID,
          Capability.CAP_SETGID,
          Capability.CAP_SETPCAP);

  private static final int FENCED = 2;

  private final EveryThread threads;
  private final Seccomp.Filter filter;
  private final Fd outside;
  private final int abi;

  private Entering(EveryThread threads, Seccomp.Filter filter, Fd outside, int abi) {
    this.threads = threads;
    this.filter = filter;
    this.outside = outside;
    this.abi = abi;
  }

  /** Opens and loads what is needed on the way. */
  static Entering prepare() throws LinuxException {
    EveryThread threads = new EveryThread();
    threads.rehearse();
    int abi = Landlock.abi();
    Fd outside = Fd.open("/etc", Fd.O_PATH | Fd.O_DIRECTORY);
    if (abi >= FENCED) {
      try (Landlock fence = Landlock.create(Landlock.fileRights(abi), 0, 0)) {
        fence.allow(outside, Landlock.READ_FILE);
      }
    }
    load(Seccomp.class, CurrentPlace.class, Word.class, Channel.class, Poll.class);
    CurrentPlace.directory();
    outside.openAt("passwd", Fd.O_RDONLY, 0, 0).close();
    LinuxException once = new LinuxException("openat2", null, Errno.EACCES);
    once.errno().text();
    return new Entering(threads, new Seccomp.Filter(ServerFilter.afterEntering()), outside, abi);
  }

  private static void load(Class<?>... classes) {
    try {
      for (Class<?> c : classes) {
        Class.forName(c.getName(), true, c.getClassLoader());
      }
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Goes in. When it throws, the process must end. */
  void enter(WorkerOrder order) throws LinuxException {
    CurrentPlace.rootAt(order.jail());
    if (abi >= FENCED) {
      try (Landlock fence = Landlock.create(Landlock.fileRights(abi), 0, 0);
          Fd jail = Fd.open("/", Fd.O_PATH | Fd.O_DIRECTORY)) {
        // Truncation too: ServerFilter and the mounts refuse it, and the kernel looks for that
        // right at every open, up to the top of the tree where a rule lacks it.
        fence.allow(jail, Landlock.READ_FILE | Landlock.READ_DIR | Landlock.TRUNCATE);
        threads.restrict(fence);
      }
    }
    for (Capability capability : HELD) {
      threads.unbound(capability);
    }
    if (ProcessStatus.effectiveUid() != order.uid()) { // else it was started as its user
      threads.become(order.uid(), order.gid(), order.groups());
    }
    threads.dropCapabilities();
    Seccomp.installOnAll(filter);
    tryTheFence();
  }

  /** A directory that was open before leads nowhere any more. */
  private void tryTheFence() throws LinuxException {
    if (abi < FENCED) {
      return;
    }
    try (Fd there = outside.openAt("passwd", Fd.O_RDONLY, 0, 0)) {
      throw new LinuxException("landlock_restrict_self", there.path(), Errno.EPERM);
    } catch (LinuxException e) {
      if (e.errno() != Errno.EACCES) {
        throw e;
      }
    }
  }

  @Override
  public void close() {
    outside.close();
    threads.close();
  }
}
