package brig.launch;

import brig.linux.Architecture;
import brig.linux.BpfProgram;
import brig.linux.CurrentPlace;
import brig.linux.Descriptors;
import brig.linux.Errno;
import brig.linux.Fd;
import brig.linux.Landlock;
import brig.linux.LinuxException;
import brig.linux.Mounts;
import brig.linux.Namespaces;
import brig.linux.Program;
import brig.linux.Seccomp;
import brig.linux.Stat;
import brig.linux.SyscallNames;
import brig.linux.ThreadStatus;
import brig.report.BrigException;
import brig.report.ExitCode;
import brig.report.Problem;
import brig.spec.JailSpec.NetworkMode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The one routine that gives up privileges. It runs on a thread of its own, which is thrown away:
 * the kernel keeps credentials, root, mount namespace, capabilities, seccomp and Landlock for each
 * thread, so this one enters the jail while the rest of the JVM stays outside. What it then starts,
 * by exec or by spawn, is confined from its first instruction.
 *
 * <p>The order, and why it is this one, is told in docs/confinement.md. In short: all that needs a
 * path of the host, then all that needs a privilege, then the privileges themselves, then the
 * filters, the seccomp filter last because it forbids what comes before it. Each failure is fatal.
 *
 * <p>The thread must not start another thread: that one would be in the jail too.
 */
final class Confinement {
  private static final long DEV_NULL = 1L << 32 | 3;

  private final LaunchOrder order;
  private final Program program;
  private final Privileges privileges;
  private final int landlockAbi;
  private final Seccomp.@Nullable Filter filter;
  private final Seccomp.@Nullable Filter profile;
  private final Seccomp.Filter gate;
  private final Seccomp.@Nullable Filter watch;
  private final List<Fd> opened = new ArrayList<>();
  private String doing = "begin";

  /**
   * Prepares all that takes memory or time; called outside, on any thread.
   *
   * @param watch the filter of a tracer; null: there is none
   */
  Confinement(
      LaunchOrder order,
      Program program,
      Privileges privileges,
      int landlockAbi,
      @Nullable BpfProgram watch) {
    this.order = order;
    this.program = program;
    this.privileges = privileges;
    this.landlockAbi = landlockAbi;
    this.filter =
        order.seccomp().enabled()
            ? new Seccomp.Filter(
                CallFilter.of(order.seccomp(), Architecture.current(), order.namespaces().pid()))
            : null;
    BpfProgram profileProgram = CallProfile.filter(order.seccomp(), Architecture.current());
    this.profile = profileProgram == null ? null : new Seccomp.Filter(profileProgram);
    this.gate = new Seccomp.Filter(gateProgram(program.pathAddress()));
    this.watch = watch == null ? null : new Seccomp.Filter(watch);
  }

  /** What it was about when it failed, to follow "cannot". */
  String doing() {
    return doing;
  }

  /** Closes what was opened on the way; called outside, when the thread has ended. */
  void closeOpened() {
    for (Fd fd : opened) {
      fd.close();
    }
  }

  /** Where the thread hands over the gate's listener. */
  interface Gate {
    void listener(Fd listener);
  }

  /**
   * Confines the calling thread.
   *
   * @param toListener null: this process becomes the service; else a child is to be spawned, which
   *     stands still before its first instruction until the listener lets it go
   */
  void enter(@Nullable Gate toListener) throws LinuxException, BrigException {
    // 1. All that is the host's is opened while the host's names still hold (B30): ids were
    //    resolved by the caller, and nothing is read from the jail.
    doing = "read what the kernel says of this thread";
    Fd status = keep(ThreadStatus.openMine());
    Fd input = null;
    Fd output = null;
    if (order.output() != null) {
      doing = "open where its output goes";
      input = keep(devNull());
      output = keep(Fd.open(order.output(), WRITE_LOG, 0640));
    }

    // 2. Namespaces, unshare(2). CLONE_FS: root, working directory and umask of this thread alone.
    //    CLONE_NEWPID concerns children to come only, and needs CAP_SYS_ADMIN as the others do.
    doing = "make namespaces";
    Namespaces.unshare(namespaces(toListener != null));
    CurrentPlace.setUmask(022); // mount points that are made are nobody's to write to
    // 3. Before the first mount: in a namespace whose mounts are shared, which systemd makes the
    //    default, it would show on the host (mount_namespaces(7), "Shared subtrees").
    doing = "take the mounts of the host from its sight";
    Mounts.makeAllPrivate();
    if (order.network().mode() == NetworkMode.NONE) {
      doing = "bring up its loopback";
      Namespaces.loopbackUp();
    }

    // 4. The jail's tree, every place held by a descriptor.
    doing = "mount the jail";
    JailTree tree = new JailTree(order, opened);
    // 5. The fence's rules name places by descriptor, so it is built while they are open; it is put
    //    up when all that it would hinder is done.
    doing = "build the Landlock fence";
    Landlock fence = Fence.build(order, landlockAbi, tree);
    // 6. pivot_root, then chroot: the old root is not merely out of sight but detached, and
    //    CAP_SYS_CHROOT or setns(2) lead back to an empty hall (B01 to B04, B21). chdir(2) follows
    //    at once: a working directory left outside would be a way out (B27).
    doing = "make the jail the root";
    Mounts.pivotTo(tree.hall());
    CurrentPlace.rootAt(order.root());
    doing = "enter its working directory";
    CurrentPlace.changeTo(order.workingDirectory());
    CurrentPlace.setUmask(order.umask());

    // 7. User, groups, capabilities, no_new_privs. From here on the thread can do no more than the
    //    service may.
    doing = "give up privileges";
    privileges.take();
    // 8. The fence, which needs no_new_privs (landlock_restrict_self(2)).
    if (fence != null) {
      doing = "put up the Landlock fence";
      try (fence) {
        fence.restrict();
      }
    }
    readBack(tree, status);

    // 9. Whoever let go of the privileges asks about the child's one exec: see Jailing.
    Fd listener = null;
    if (toListener != null) {
      doing = "install the gate";
      listener = Seccomp.installWithListener(gate);
      toListener.listener(listener);
    }
    // 10. Descriptors (B28): a table of this thread's own, in which only 0, 1, 2 and those handed
    //     in outlive the exec.
    doing = "arrange its descriptors";
    Descriptors.keepStandardOnly();
    if (listener != null) {
      // Were it the child's too, a child at the gate would wait for ever when this process is
      // killed.
      Descriptors.closeHere(listener);
    }
    Descriptors.arrange(input, output, order.handedIn());
    // 11. The filters, last: they forbid most of the above.
    putUpFilters(status);
    doing = "execute " + program.name();
  }

  private void putUpFilters(Fd status) throws LinuxException, BrigException {
    ReadBack check = new ReadBack();
    if (filter != null) {
      doing = "install the seccomp filter";
      Seccomp.install(filter);
      doing = "read back what was set";
      ThreadStatus before = ThreadStatus.read(status);
      check.filter(before);
      if (profile != null) {
        // Over the default filter, not in its place. The one that is put up last is asked first,
        // and of two refusals the kernel takes the first: this one, which is told in its log.
        doing = "install the profile of system calls";
        Seccomp.installTelling(profile);
        doing = "read back what was set";
        check.oneMore(before, ThreadStatus.read(status));
      }
    }
    refuse(check);
    if (watch != null) {
      // From here on what it asks its tracer for is answered ENOSYS: this thread has none.
      doing = "install the tracer's filter";
      Seccomp.install(watch);
    }
  }

  private static final int WRITE_LOG =
      Fd.O_WRONLY | Fd.O_APPEND | Fd.O_CREAT | Fd.O_NOFOLLOW | Fd.O_NONBLOCK;

  private void readBack(JailTree tree, Fd status) throws LinuxException, BrigException {
    doing = "read back what was set";
    ReadBack check = new ReadBack();
    check.place(tree.root(), order.workingDirectory());
    check.privileges(ThreadStatus.read(status), privileges);
    check.securebits();
    refuse(check);
  }

  void refuse(ReadBack check) throws BrigException {
    if (!check.differences().isEmpty()) {
      List<Problem> problems = new ArrayList<>();
      for (String difference : check.differences()) {
        problems.add(
            Problem.of("jail " + order.jail() + " is not started: " + difference)
                .remedy("The kernel did not do what it said; nothing was run."));
      }
      throw new BrigException(ExitCode.REFUSED, problems);
    }
  }

  private int namespaces(boolean child) {
    return Namespaces.CLONE_FS
        | Namespaces.CLONE_NEWNS
        | (order.namespaces().ipc() ? Namespaces.CLONE_NEWIPC : 0)
        | (order.namespaces().uts() ? Namespaces.CLONE_NEWUTS : 0)
        | (order.network().mode() == NetworkMode.NONE ? Namespaces.CLONE_NEWNET : 0)
        | (child && order.namespaces().pid() ? Namespaces.CLONE_NEWPID : 0);
  }

  private static Fd devNull() throws LinuxException {
    Fd fd = Fd.open("/dev/null", Fd.O_RDWR | Fd.O_NOFOLLOW);
    Stat stat = fd.stat();
    if (stat.type() != Stat.S_IFCHR || stat.special() != DEV_NULL) {
      fd.close();
      throw new LinuxException("open device", "/dev/null", Errno.ENODEV);
    }
    return fd;
  }

  private Fd keep(Fd fd) {
    opened.add(fd);
    return fd;
  }

  /**
   * Asks about the one execve(2) whose path lies at this very address, and lets all else be. After
   * the start nobody listens, and another exec with that address, which is random in both programs,
   * would be answered ENOSYS.
   */
  private static BpfProgram gateProgram(long address) {
    Integer execve = SyscallNames.current().number("execve");
    return new BpfProgram()
        .load(BpfProgram.NR)
        .ifEqual(execve == null ? -1 : execve, 5)
        .load(BpfProgram.argument(0))
        .ifEqual((int) address, 3)
        .load(BpfProgram.argument(0) + 4)
        .ifEqual((int) (address >>> 32), 1)
        .answer(BpfProgram.USER_NOTIF)
        .answer(BpfProgram.ALLOW);
  }
}
