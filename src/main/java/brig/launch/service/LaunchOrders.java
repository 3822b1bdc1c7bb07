package brig.launch.service;

import brig.launch.CallProfile;
import brig.launch.LaunchOrder;
import brig.launch.LaunchOrder.JailMount;
import brig.report.BrigException;
import brig.report.Problem;
import brig.spec.JailSpec;
import brig.spec.Located;
import brig.tree.JailPaths;
import brig.tree.MountPlan;
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
  private final @Nullable MountPlan mounted;
  private boolean inside;
  private boolean notified;

  /**
   * @param root the root directory of the generation
   * @param mounted what is put together there; null: it holds the tree
   */
  public LaunchOrders(
      JailSpec spec, LaunchFacts facts, JailPaths paths, String root, @Nullable MountPlan mounted) {
    this.spec = spec;
    this.facts = facts;
    this.paths = paths;
    this.root = root;
    this.mounted = mounted;
  }

  /** In mode "self": of who is in the site from the start, as the daemon's workers are later. */
  public static LaunchOrders inside(
      JailSpec spec, JailSpec.Late late, LaunchFacts facts, JailPaths paths) {
    LaunchOrders orders = new LaunchOrders(spec, facts, paths, late.root().value(), null);
    orders.inside = true;
    return orders;
  }

  /** Somebody outside listens to what the service says of itself: it is told where. */
  public LaunchOrders notified() {
    notified = true;
    return this;
  }

  private boolean chrootsItself() {
    return spec.mode() == JailSpec.Mode.SELF && !inside;
  }

  /**
   * The service itself.
   *
   * @param extra arguments after those of the jailfile
   * @param handedIn descriptors of the sockets that were opened for it
   * @param output null: the caller's
   * @throws BrigException its profile of system calls cannot be read
   */
  public LaunchOrder service(List<String> extra, List<Integer> handedIn, @Nullable String output)
      throws BrigException {
    return service(extra, handedIn, output, profile());
  }

  /** The same without a profile of system calls, which is to be learned. */
  public LaunchOrder learning(List<String> extra, List<Integer> handedIn, @Nullable String output) {
    return service(extra, handedIn, output, new JailSpec.Profile.None());
  }

  private LaunchOrder service(
      List<String> extra,
      List<Integer> handedIn,
      @Nullable String output,
      JailSpec.Profile profile) {
    List<String> argv = new ArrayList<>(spec.command().argv().value());
    argv.addAll(extra);
    return order(
        argv,
        spec.identity().startAsRoot() || chrootsItself(),
        capabilities(),
        seccomp(profile),
        mounts(),
        handedIn,
        output,
        false);
  }

  private JailSpec.SeccompPolicy seccomp(JailSpec.Profile profile) {
    JailSpec.SeccompPolicy policy = spec.seccomp().with(profile);
    if (!chrootsItself()) {
      return policy;
    }
    List<Located<String>> allow = new ArrayList<>(policy.allow());
    allow.add(new Located<>("chroot", spec.command().argv().at()));
    return new JailSpec.SeccompPolicy(
        policy.enabled(), allow, policy.deny(), policy.profile(), policy.logOnly());
  }

  /** What is learned or listed, as names of calls. */
  private JailSpec.Profile profile() throws BrigException {
    // Most have none, and a switch over types is linked anew at every start (docs/decisions/0002).
    if (spec.seccomp().profile() instanceof JailSpec.Profile.None none) {
      return none;
    }
    return switch (spec.seccomp().profile()) {
      case JailSpec.Profile.None none -> none;
      case JailSpec.Profile.Calls calls -> calls;
      case JailSpec.Profile.Listed listed ->
          new JailSpec.Profile.Calls(CallProfile.read(listed.path()));
      case JailSpec.Profile.Learned learned -> {
        if (spec.learned().seen().calls().isEmpty()) {
          throw nothingLearned(learned);
        }
        yield new JailSpec.Profile.Calls(CallProfile.checked(spec.learned().seen().calls()));
      }
    };
  }

  private BrigException nothingLearned(JailSpec.Profile.Learned learned) {
    return BrigException.refused(
        Problem.of("cannot start " + spec.name())
            .answered("its profile of system calls is to be a learned one, and none was learned")
            .remedy(
                "brig learn "
                    + spec.name()
                    + " learns it and writes it to "
                    + spec.learned().file()
                    + "; or leave profile out.")
            .at(learned.at()));
  }

  /**
   * Another command in the same confinement, on the caller's terminal, as the service's user from
   * the start. The service's profile of system calls does not hold it: another program has others.
   *
   * @param more mounts of this session alone
   */
  public LaunchOrder session(List<String> argv, List<JailMount> more) {
    List<JailMount> mounts = mounts();
    mounts.addAll(more);
    JailSpec.SeccompPolicy seccomp = spec.seccomp().with(new JailSpec.Profile.None());
    return order(argv, false, List.of(), seccomp, mounts, List.of(), null, true);
  }

  private LaunchOrder order(
      List<String> argv,
      boolean startAsRoot,
      List<String> capabilities,
      JailSpec.SeccompPolicy seccomp,
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
        seccomp,
        spec.landlock(),
        mounts,
        handedIn,
        output,
        terminal,
        mounted);
  }

  private List<String> capabilities() {
    List<String> names = new ArrayList<>();
    for (Located<String> capability : spec.identity().capabilities()) {
      names.add(capability.value());
    }
    if (inside) {
      return List.of();
    }
    if (chrootsItself()) {
      // To go in, and to give up root afterwards.
      for (String needed : List.of("CAP_SYS_CHROOT", "CAP_SETUID", "CAP_SETGID")) {
        if (!names.contains(needed)) {
          names.add(needed);
        }
      }
    }
    return names;
  }

  private Map<String, String> environment() {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("PATH", PATH);
    environment.put("HOME", facts.home());
    if (!facts.origin().isEmpty()) {
      // ld.so(8): the loader reads /proc/self/exe for $ORIGIN, and without a /proc this variable.
      environment.put("LD_ORIGIN_PATH", facts.origin());
    }
    environment.putAll(spec.environment());
    if (notified && spec.upkeep().ready().notifies()) {
      environment.put("NOTIFY_SOCKET", Outlets.INSIDE + "/" + Outlets.NOTIFY);
    }
    if (chrootsItself() && spec.late() != null) {
      StringBuilder preload = new StringBuilder();
      for (Located<String> library : spec.late().preload()) {
        preload.append(preload.isEmpty() ? "" : ":").append(library.value());
      }
      if (!preload.isEmpty()) {
        environment.put("LD_PRELOAD", preload.toString());
      }
    }
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
    if (spec.mode() == JailSpec.Mode.LATE && spec.late() != null) {
      return LateMounts.of(spec, spec.late(), facts);
    }
    if (spec.mode() == JailSpec.Mode.SELF && spec.late() != null) {
      SelfTree tree = new SelfTree(spec, spec.late(), facts);
      return inside ? tree.mountsInside() : tree.mounts();
    }
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
    for (Located<JailSpec.LentPath> line : spec.lent()) {
      JailSpec.LentPath place = line.value();
      mounts.add(new JailMount.Lent(place.inside(), paths.writable(place.jail()) + place.path()));
    }
    if (spec.hasOutlets()) {
      mounts.add(new JailMount.ReadOnly(Outlets.INSIDE, paths.outlets(spec.name())));
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
