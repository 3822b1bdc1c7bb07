package brig.launch.service;

import brig.launch.LaunchOrder;
import brig.launch.LaunchOrder.JailMount;
import brig.spec.JailSpec;
import brig.spec.Located;
import brig.tree.JailPaths;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** From a jailfile and what its build left to the order of one start. */
public final class LaunchOrders {
  /** What a service sees when its jailfile says nothing. */
  private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  private final JailSpec spec;
  private final LaunchFacts facts;
  private final JailPaths paths;
  private final String root;

  /**
   * @param root the root directory of the generation
   */
  public LaunchOrders(JailSpec spec, LaunchFacts facts, JailPaths paths, String root) {
    this.spec = spec;
    this.facts = facts;
    this.paths = paths;
    this.root = root;
  }

  /**
   * The service itself.
   *
   * @param extra arguments after those of the jailfile
   * @param handedIn descriptors of the sockets that were opened for it
   * @param output null: the caller's
   */
  public LaunchOrder service(List<String> extra, List<Integer> handedIn, @Nullable String output) {
    List<String> argv = new ArrayList<>(spec.command().argv().value());
    argv.addAll(extra);
    return order(
        argv, spec.identity().startAsRoot(), capabilities(), mounts(), handedIn, output, false);
  }

  /**
   * Another command in the same confinement, on the caller's terminal, as the service's user from
   * the start.
   *
   * @param more mounts of this session alone
   */
  public LaunchOrder session(List<String> argv, List<JailMount> more) {
    List<JailMount> mounts = mounts();
    mounts.addAll(more);
    return order(argv, false, List.of(), mounts, List.of(), null, true);
  }

  private LaunchOrder order(
      List<String> argv,
      boolean startAsRoot,
      List<String> capabilities,
      List<JailMount> mounts,
      List<Integer> handedIn,
      @Nullable String output,
      boolean terminal) {
    return new LaunchOrder(
        spec.name(),
        root,
        argv,
        environment(),
        spec.command().workingDirectory(),
        facts.service().uid(),
        facts.service().gid(),
        facts.service().groups(),
        startAsRoot,
        capabilities,
        spec.command().umask(),
        limits(),
        spec.namespaces(),
        spec.network(),
        spec.seccomp(),
        spec.landlock(),
        mounts,
        handedIn,
        output,
        terminal);
  }

  private List<String> capabilities() {
    List<String> names = new ArrayList<>();
    for (Located<String> capability : spec.identity().capabilities()) {
      names.add(capability.value());
    }
    return names;
  }

  private Map<String, String> environment() {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("PATH", PATH);
    environment.put("HOME", facts.home());
    environment.putAll(spec.environment());
    return environment;
  }

  private Map<String, Long> limits() {
    Map<String, Long> limits = new LinkedHashMap<>();
    for (Map.Entry<String, Located<Long>> limit : spec.limits().values().entrySet()) {
      limits.put(limit.getKey(), limit.getValue().value());
    }
    return limits;
  }

  /** Parents before children, so that none hides another. */
  private List<JailMount> mounts() {
    List<JailMount> mounts = new ArrayList<>();
    for (LaunchFacts.Place p : facts.places()) {
      mounts.add(
          p.temporary()
              ? new JailMount.Temporary(p.path(), p.mode(), p.uid(), p.gid(), p.sizeBytes())
              : new JailMount.Writable(p.path(), paths.writable(spec.name()) + p.path()));
    }
    for (JailSpec.MountedPath socket : facts.sockets()) {
      mounts.add(new JailMount.ReadOnly(socket.inside(), socket.outside()));
    }
    if (spec.devices().fromHost()) {
      for (String device : facts.devices()) {
        mounts.add(new JailMount.HostDevice(device, device));
      }
    } else if (!facts.devices().isEmpty()) {
      mounts.add(new JailMount.OwnDevices("/dev"));
    }
    mounts.sort((a, b) -> a.inside().compareTo(b.inside()));
    return mounts;
  }
}
