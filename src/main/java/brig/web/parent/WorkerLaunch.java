package brig.web.parent;

import brig.launch.LaunchOrder;
import brig.launch.LaunchOrder.JailMount;
import brig.launch.Launcher;
import brig.launch.ServerFilter;
import brig.launch.jvm.HostPlace;
import brig.launch.jvm.OwnJvm;
import brig.launch.jvm.ReadOnlyHost;
import brig.linux.ChildProgram;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.report.BrigException;
import brig.report.Position;
import brig.spec.JailSpec;
import brig.spec.Located;
import brig.web.config.Actions;
import brig.web.config.WebConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Starts a worker's virtual machine, confined from its first instruction as far as it can be: host
 * read-only and reduced to what it starts from, in a mount namespace of its own; no_new_privs, the
 * default seccomp filter and Landlock, which every thread that it will ever have inherits; root
 * with four capabilities and nothing else. It gives those up when it has gone in ({@code
 * brig.web.worker.Entering}).
 */
final class WorkerLaunch {
  private WorkerLaunch() {}

  /** How many filters of system calls one has that was started: the launcher has a gate besides. */
  static int filters() {
    return Account.isRoot() ? 2 : 1;
  }

  /**
   * Starts one.
   *
   * @param jail the directory that will be its root
   * @param handedIn becomes its descriptor 3
   * @param ports on this host that it may connect to, for its test of itself
   * @return its pid
   */
  static int jailed(
      WorkerJvm jvm,
      WebConfig config,
      Account account,
      HostPlace jail,
      Fd handedIn,
      List<Integer> ports,
      Map<String, String> environment)
      throws BrigException, LinuxException {
    List<HostPlace> places = new ArrayList<>(jvm.places());
    places.add(jail);
    Position at = config.chroot().at();
    List<Located<Integer>> connect = new ArrayList<>();
    for (int port : ports) {
      connect.add(new Located<>(port, at));
    }
    connect.addAll(Actions.connects(config));
    if (!Account.isRoot()) {
      return OwnNamespace.start(
          jvm.argv(config.worker()), WorkerJvm.environment(environment), handedIn, places, connect);
    }
    List<Located<String>> calls = new ArrayList<>();
    for (String call : ServerFilter.BEFORE) {
      calls.add(new Located<>(call, at));
    }
    LaunchOrder order =
        new LaunchOrder(
            "serve",
            "/",
            jvm.argv(config.worker()),
            WorkerJvm.environment(environment),
            "/",
            account.uid(),
            account.gid(),
            account.groups(),
            true,
            OwnJvm.CAPABILITIES,
            077,
            Map.of(),
            new JailSpec.Namespaces(false, true, false),
            new JailSpec.Network(JailSpec.NetworkMode.HOST, List.of(), connect, List.of()),
            new JailSpec.SeccompPolicy(true, calls, List.of()),
            JailSpec.Landlock.AUTO,
            List.of(new JailMount.OwnDevices(ReadOnlyHost.DEVICES)),
            List.of(handedIn.number()),
            null,
            false,
            ReadOnlyHost.of(places));
    return Launcher.spawn(order);
  }

  /** Starts one that nothing confines. */
  static int unjailed(WorkerJvm jvm, WebConfig config, Fd handedIn, Map<String, String> environment)
      throws LinuxException {
    return ChildProgram.handed(
        jvm.argv(config.worker()), WorkerJvm.environment(environment), List.of(handedIn.number()));
  }
}
