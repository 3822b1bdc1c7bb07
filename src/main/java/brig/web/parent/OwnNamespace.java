package brig.web.parent;

import brig.launch.ServerFilter;
import brig.launch.jvm.HostPlace;
import brig.linux.Capabilities;
import brig.linux.Capability;
import brig.linux.ChildCalls;
import brig.linux.Errno;
import brig.linux.Fd;
import brig.linux.Landlock;
import brig.linux.LinuxException;
import brig.linux.Pidfd;
import brig.linux.Seccomp;
import brig.report.BrigException;
import brig.spec.Located;
import java.util.List;
import java.util.Map;

/**
 * How somebody who is not root starts a worker that can go into its jail: in a user namespace of
 * its own (user_namespaces(7)), where it is who it was and has two capabilities, to change its root
 * and to empty the bounding set. They are worth nothing outside of it. no_new_privs, the Landlock
 * fence and the filter of system calls are put up between its birth and its first instruction, as
 * for root's; only the mounts of its own it lacks, since the fence says already what it may read.
 */
final class OwnNamespace {
  private static final long KEPT = Capability.CAP_SYS_CHROOT.bit() | Capability.CAP_SETPCAP.bit();
  private static final int UMASK = 077;
  private static final int FIRST_HANDED_IN = 3;

  /** Where anybody may make something, unless a fence forbids it. */
  private static final String EVERYBODYS = "/tmp";

  private OwnNamespace() {}

  /**
   * Starts one.
   *
   * @param handedIn becomes its descriptor 3
   * @param places what it may read, to start and to serve
   * @param ports that it may connect to
   * @return its pid
   */
  static int start(
      List<String> argv,
      Map<String, String> environment,
      Fd handedIn,
      List<HostPlace> places,
      List<Located<Integer>> ports)
      throws BrigException, LinuxException {
    int abi = Landlock.abi();
    Account own = Account.own();
    try (ChildCalls calls = new ChildCalls(ChildCalls.roomFor(argv, environment));
        Fd nothing = Fd.open("/dev/null", Fd.O_RDONLY)) {
      calls.inUserNamespace(own.uid(), own.gid(), 0);
      calls.defaultSignals();
      calls.newSession();
      calls.descriptor(nothing, 0);
      calls.descriptor(handedIn, FIRST_HANDED_IN);
      calls.setUmask(UMASK);
      calls.boundBy(KEPT);
      calls.setCapabilities(new Capabilities(KEPT, KEPT, KEPT));
      calls.setAmbient(KEPT);
      calls.setNoNewPrivileges();
      calls.changeTo("/");
      if (abi < WorkerFence.FIRST_USABLE) {
        return begin(calls, argv, environment);
      }
      try (Landlock fence = WorkerFence.build(abi, places, ports);
          Fd outside = Fd.open(EVERYBODYS, Fd.O_PATH | Fd.O_DIRECTORY)) {
        calls.restrict(fence.ruleset(), outside);
        return begin(calls, argv, environment);
      }
    }
  }

  private static int begin(ChildCalls calls, List<String> argv, Map<String, String> environment)
      throws BrigException {
    calls.closeFrom(FIRST_HANDED_IN + 1);
    calls.filter(new Seccomp.Filter(ServerFilter.beforeEntering()));
    calls.unblockSignals();
    calls.execute(argv.getFirst(), argv, environment);
    try (Pidfd child = calls.start(null)) {
      return child.pid();
    } catch (LinuxException e) {
      if (e.call().equals("execve")) {
        throw BrigException.refused(e.problem("cannot start the worker"));
      }
      throw BrigException.refused(
          e.problem(
                  "cannot jail the worker: this is not root, and there is no user namespace to be"
                      + " had ("
                      + e.call()
                      + ")")
              .remedy(remedy(e.errno())));
    }
  }

  private static String remedy(Errno errno) {
    String host =
        errno == Errno.ENOSPC || errno == Errno.EUSERS
            ? "this host allows none more (sysctl user.max_user_namespaces)"
            : "this host lets root alone make one (sysctl kernel.unprivileged_userns_clone,"
                + " kernel.apparmor_restrict_unprivileged_userns; a container or a chroot)";
    return "Use sudo: " + host + ". Or serve without a jail: brig serve --no-jail.";
  }
}
