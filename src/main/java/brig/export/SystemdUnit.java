package brig.export;

import brig.launch.LaunchOrder;
import brig.launch.LaunchOrder.JailMount;
import brig.launch.service.SelfTree;
import brig.spec.JailSpec;
import brig.spec.JailSpec.NetworkMode;
import brig.spec.Located;
import brig.tree.MountPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A jail as a service of systemd's, systemd.service(5) and systemd.exec(5): the same root, places,
 * user, capabilities, filters and limits as Brig's own start gives it, without Brig.
 */
public final class SystemdUnit {
  private static final Map<String, String> LIMITS =
      Map.of(
          "RLIMIT_NOFILE", "LimitNOFILE",
          "RLIMIT_NPROC", "LimitNPROC",
          "RLIMIT_FSIZE", "LimitFSIZE",
          "RLIMIT_CORE", "LimitCORE",
          "RLIMIT_CPU", "LimitCPU",
          "RLIMIT_AS", "LimitAS",
          "RLIMIT_MEMLOCK", "LimitMEMLOCK",
          "RLIMIT_STACK", "LimitSTACK",
          "RLIMIT_DATA", "LimitDATA");

  /** What holds whatever the jailfile says; each is said of Brig's own start in confinement.md. */
  private static final List<String> ALWAYS =
      List.of(
          "NoNewPrivileges=yes",
          "PrivateMounts=yes",
          "PrivateDevices=yes",
          "DevicePolicy=closed",
          "ProtectSystem=strict",
          "ProtectHome=yes",
          "ProtectProc=invisible",
          "ProcSubset=pid",
          "ProtectClock=yes",
          "ProtectHostname=yes",
          "ProtectKernelLogs=yes",
          "ProtectKernelModules=yes",
          "ProtectKernelTunables=yes",
          "ProtectControlGroups=yes",
          "RestrictNamespaces=yes",
          "RestrictRealtime=yes",
          "RestrictSUIDSGID=yes",
          "LockPersonality=yes",
          "KeyringMode=private",
          "SystemCallArchitectures=native",
          "SystemCallErrorNumber=EPERM");

  private static final String LOGS = "/var/log";
  private static final List<String> TMP = List.of("/tmp", "/var/tmp"); // PrivateTmp

  /** Emptied by PrivateTmp, PrivateDevices, ProtectHome and ProcSubset. */
  private static final Set<String> ELSEWHERE = Set.of("tmp", "dev", "home", "root", "proc", "sys");

  private final JailSpec spec;
  private final LaunchOrder order;
  private final String root;
  private final List<String> logs;
  private final StringBuilder text = new StringBuilder();

  private SystemdUnit(JailSpec spec, LaunchOrder order, String root, List<String> logs) {
    this.spec = spec;
    this.order = order;
    this.root = root;
    this.logs = logs;
  }

  /** The name of a jail's unit, without its suffix. */
  public static String nameOf(String jail) {
    return "brig-" + jail;
  }

  /**
   * The service.
   *
   * @param root the path that leads to the jail's root at each start; of a daemon that goes into a
   *     chroot by itself that directory
   * @param logs writable places below /var/log for which systemd is to keep a directory of the
   *     user's in place of the jail's own
   */
  public static String service(JailSpec spec, LaunchOrder order, String root, List<String> logs) {
    return new SystemdUnit(spec, order, root, logs).service();
  }

  /** The sockets that are opened for it; empty when there are none. */
  public static String socket(JailSpec spec) {
    if (spec.network().sockets().isEmpty()) {
      return "";
    }
    StringBuilder text = new StringBuilder();
    text.append("[Unit]\nDescription=Sockets of the jail ").append(spec.name());
    text.append("\n\n[Socket]\nBindIPv6Only=ipv6-only\n");
    for (Located<String> address : spec.network().sockets()) {
      text.append("ListenStream=").append(address.value()).append('\n');
    }
    return text.append("\n[Install]\nWantedBy=sockets.target\n").toString();
  }

  private String service() {
    text.append("# The jail ").append(spec.name()).append(", by brig unit. Starts without Brig.\n");
    unit();
    text.append("\n[Service]\n");
    process();
    places();
    powers();
    limits();
    text.append("\n[Install]\nWantedBy=multi-user.target\n");
    return text.toString();
  }

  private void unit() {
    text.append("[Unit]\n");
    String what = spec.description().isEmpty() ? spec.name() : spec.description();
    line("Description", UnitWords.escaped(what.replace("\n", " ")) + ", jailed");
    line("After", "network.target");
    for (Located<String> after : spec.upkeep().after()) {
      line("After", nameOf(after.value()) + ".service");
      line("Wants", nameOf(after.value()) + ".service");
    }
    if (!spec.holes().isEmpty()) {
      line("Wants", HolesUnit.nameOf(spec.name()) + ".service");
    }
    line("RequiresMountsFor", UnitWords.word(root));
    if (!spec.network().sockets().isEmpty()) {
      line("Requires", nameOf(spec.name()) + ".socket");
    }
  }

  private void process() {
    line("Type", spec.upkeep().ready().notifies() ? "notify" : "exec");
    StringBuilder command = new StringBuilder();
    for (String argument : order.argv()) {
      command.append(command.isEmpty() ? "" : " ").append(UnitWords.command(argument));
    }
    line("ExecStart", command.toString());
    for (Map.Entry<String, String> variable : order.environment().entrySet()) {
      line("Environment", UnitWords.word(variable.getKey() + "=" + variable.getValue()));
    }
    line("WorkingDirectory", UnitWords.word(order.workingDirectory()));
    line("UMask", "0" + Integer.toOctalString(order.umask()));
    line("KillSignal", "SIG" + spec.command().stopSignal());
    line("TimeoutStopSec", spec.command().stopTimeout().toMillis() + "ms");
    line("Restart", restart(spec));
    line("LogNamespace", nameOf(spec.name()));
  }

  static String restart(JailSpec spec) {
    return switch (spec.upkeep().restart()) {
      case NO -> "no";
      case ON_FAILURE -> "on-failure";
      case ALWAYS -> "always";
    };
  }

  private void places() {
    if (spec.mode() == JailSpec.Mode.SELF) {
      host();
    } else {
      line("RootDirectory", UnitWords.word(root));
      line("MountAPIVFS", "no");
      // What follows says Protect... of them, and systemd would mount them for that.
      line("InaccessiblePaths", "-+/proc -+/sys");
      if (order.mounts().stream().noneMatch(mount -> mount.inside().equals("/run"))) {
        line("TemporaryFileSystem", "/run:ro,mode=0755"); // else one that root may write to
      }
      mounted();
    }
    List<String> data = new ArrayList<>();
    for (JailMount mount : order.mounts()) {
      switch (mount) {
        case JailMount.Writable m -> {
          boolean own = logs.contains(m.inside());
          line(
              "BindPaths", UnitWords.pair(own ? LOGS + "/" + logName(m) : m.outside(), m.inside()));
          data.add(m.inside());
        }
        case JailMount.Temporary m -> {
          if (privateTmp() && TMP.contains(m.inside())) {
            data.add(m.inside());
            continue;
          }
          // Not among NoExecPaths, which would take its place: systemd keeps one of two for a path.
          line(
              "TemporaryFileSystem",
              UnitWords.word(
                  m.inside()
                      + ":mode="
                      + Integer.toOctalString(m.mode())
                      + ",uid="
                      + m.uid()
                      + ",gid="
                      + m.gid()
                      + ",size="
                      + m.sizeBytes()
                      + ",nosuid,nodev,noexec"));
        }
        // A socket's directory that its service has not made yet keeps nobody from starting.
        case JailMount.ReadOnly m ->
            line("BindReadOnlyPaths", "-" + UnitWords.pair(m.outside(), m.inside()));
        case JailMount.Lent m -> line("BindReadOnlyPaths", UnitWords.pair(m.outside(), m.inside()));
        case JailMount.OwnDevices _ -> {} // PrivateDevices
        case JailMount.HostDevice m -> device(m);
      }
    }
    for (String place : data) {
      line("NoExecPaths", UnitWords.word("+" + place)); // in the jail, not on the host
    }
    if (!logs.isEmpty()) {
      ownLogs();
    }
  }

  /**
   * systemd makes them at each start, for the user, and mounts them under their own names too: in
   * an empty /var/log, so that nothing is made in the jail's tree.
   */
  private void ownLogs() {
    line("TemporaryFileSystem", LOGS + ":ro,mode=0755");
    for (JailMount mount : order.mounts()) {
      if (mount instanceof JailMount.Writable m && logs.contains(m.inside())) {
        line("LogsDirectory", UnitWords.word(logName(m)));
        line("NoExecPaths", UnitWords.word("+" + LOGS + "/" + logName(m)));
      }
    }
    line("LogsDirectoryMode", "0750");
  }

  private String logName(JailMount.Writable place) {
    return nameOf(spec.name()) + place.inside().substring(LOGS.length());
  }

  /** Of /tmp and /var/tmp, where the jail has both: a strict one has what its jailfile names. */
  private boolean privateTmp() {
    return spec.hardening() != JailSpec.Hardening.STRICT;
  }

  /** A daemon that goes in by itself sees the host before, as a start of Brig's shows it. */
  private void host() {
    for (String emptied : SelfTree.emptied()) {
      if (!ELSEWHERE.contains(emptied)) {
        line("TemporaryFileSystem", "/" + emptied + ":ro,mode=755");
      }
    }
    for (String absent : SelfTree.absent()) {
      if (!ELSEWHERE.contains(absent)) {
        line("InaccessiblePaths", "-/" + absent);
      }
    }
  }

  /** Of mode "bind": each file of the host, or directory that is taken whole. */
  private void mounted() {
    MountPlan plan = order.mounted();
    if (plan != null) {
      for (MountPlan.Mount mount : plan.mounts()) {
        line("BindReadOnlyPaths", UnitWords.pair(mount.source(), mount.path()));
      }
    }
  }

  /** A root of its own has what PrivateDevices shows; a chroot below it has its own nodes. */
  private void device(JailMount.HostDevice device) {
    if (spec.mode() == JailSpec.Mode.SELF) {
      line("BindReadOnlyPaths", UnitWords.pair(device.outside(), device.inside()));
    }
  }

  private void powers() {
    if (order.startAsRoot()) {
      line("User", "0");
      line("Group", "0");
      // Uid 0 means nothing at an exec; the capabilities are those that are named.
      line("SecureBits", "noroot noroot-locked");
    } else {
      line("User", Integer.toString(order.uid()));
      line("Group", Integer.toString(order.gid()));
      line("RemoveIPC", "yes");
    }
    if (!order.groups().isEmpty()) {
      line("SupplementaryGroups", joined(order.groups()));
    }
    line("CapabilityBoundingSet", String.join(" ", order.capabilities()));
    line("AmbientCapabilities", String.join(" ", order.capabilities()));
    for (String always : ALWAYS) {
      text.append(always).append('\n');
    }
    if (privateTmp()) {
      line("PrivateTmp", "yes");
    }
    line("PrivateIPC", order.namespaces().ipc() ? "yes" : "no");
    if (order.network().mode() == NetworkMode.NONE) {
      line("PrivateNetwork", "yes");
      line("RestrictAddressFamilies", "AF_UNIX");
    } else {
      // getifaddrs(3) asks by netlink: named listens nowhere without.
      line("RestrictAddressFamilies", "AF_UNIX AF_INET AF_INET6 AF_NETLINK");
    }
    ports();
    calls();
  }

  /** The service's TCP ports; those that it connects to have no word in systemd. */
  private void ports() {
    List<Located<Integer>> listen = order.network().listen();
    if (listen != null) {
      for (Located<Integer> port : listen) {
        line("SocketBindAllow", "tcp:" + port.value());
        line("SocketBindAllow", "udp:" + port.value());
      }
      line("SocketBindDeny", "any");
    }
  }

  private void calls() {
    if (order.seccomp().profile() instanceof JailSpec.Profile.Calls learned) {
      line("SystemCallFilter", String.join(" ", learned.names()));
    } else {
      line("SystemCallFilter", "@system-service");
      line("SystemCallFilter", order.startAsRoot() ? "~@resources" : "~@privileged @resources");
    }
    for (Located<String> call : order.seccomp().allow()) {
      line("SystemCallFilter", call.value());
    }
    for (Located<String> call : order.seccomp().deny()) {
      line("SystemCallFilter", "~" + call.value());
    }
  }

  private void limits() {
    for (Map.Entry<String, Long> limit : order.limits().entrySet()) {
      String name = LIMITS.get(limit.getKey());
      if (name != null) {
        line(name, limit.getValue() < 0 ? "infinity" : Long.toString(limit.getValue()));
      }
    }
    JailSpec.Shared shared = spec.limits().shared();
    if (shared.memory() != null) {
      line("MemoryMax", Long.toString(shared.memory().value()));
      line("MemorySwapMax", "0");
    }
    if (shared.tasks() != null) {
      line("TasksMax", Long.toString(shared.tasks().value()));
    }
    if (shared.cpu() != null) {
      line("CPUQuota", shared.cpu().value() + "%");
    }
  }

  private void line(String key, String value) {
    text.append(key).append('=').append(value).append('\n');
  }

  private static String joined(List<Integer> numbers) {
    List<String> words = new ArrayList<>();
    for (int number : numbers) {
      words.add(Integer.toString(number));
    }
    return String.join(" ", words);
  }
}
