package brig.audit.breakout;

import brig.audit.breakout.AttemptEnd.NotPossible;
import brig.audit.breakout.AttemptEnd.Refused;
import brig.launch.LaunchOrder;
import brig.linux.Capability;
import brig.linux.Fd;
import brig.linux.Landlock;
import brig.linux.LinuxException;
import brig.linux.ProcessStatus;
import brig.linux.ThreadStatus;
import brig.linux.Volume;
import brig.spec.JailSpec;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How the jailed process is confined, as the kernel tells of it; what no file of /proc tells, the
 * Landlock rules and which calls the filter refuses, comes from the order that Brig carried out.
 *
 * @param pid of the process that was asked, which is gone by now
 * @param root the path that /proc/PID/root names
 * @param ownNamespaces those that are not this process's
 * @param noDevices the inner canary directory is on a mount that is nodev
 */
public record Facts(
    int pid,
    boolean jail,
    String root,
    ThreadStatus status,
    Set<String> ownNamespaces,
    boolean hasProc,
    boolean noDevices,
    int landlock,
    boolean portsFenced,
    @Nullable Set<String> unfiltered) {
  private static final List<String> KINDS = List.of("mnt", "pid", "ipc", "uts", "net");

  static Facts of(Scene scene, Puppet puppet) throws LinuxException, Refused, NotPossible {
    int pid = puppet.pid();
    ThreadStatus status;
    try (Fd file = ThreadStatus.open(pid)) {
      status = ThreadStatus.read(file);
    }
    boolean hasProc =
        !Puppet.isError(puppet.call("openat", Steps.CWD, "/proc/version", Fd.O_RDONLY, 0));
    String place = "/proc/" + pid + "/root" + scene.place("");
    boolean noDevices;
    try (Fd inside = Fd.open(place, Fd.O_RDONLY | Fd.O_DIRECTORY)) {
      noDevices = Volume.of(inside).noDevices();
    }
    LaunchOrder order = scene.target() instanceof JailTarget jail ? jail.order() : null;
    return new Facts(
        pid,
        order != null,
        Fd.readLink("/proc/" + pid + "/root"),
        status,
        ownNamespaces(pid),
        hasProc,
        noDevices,
        order == null || order.landlock() == JailSpec.Landlock.OFF ? 0 : Landlock.abi(),
        order != null && order.network().connect() != null,
        status.seccomp() == 2 && order != null ? allowed(order) : null);
  }

  /** The kinds of namespaces that a process does not share with this one. */
  static Set<String> ownNamespaces(int pid) throws LinuxException {
    Set<String> own = new TreeSet<>();
    for (String kind : KINDS) {
      long mine = ProcessStatus.namespace(ProcessStatus.self(), kind);
      if (ProcessStatus.namespace(pid, kind) != mine) {
        own.add(kind);
      }
    }
    return own;
  }

  private static Set<String> allowed(LaunchOrder order) {
    Set<String> names = new HashSet<>();
    order.seccomp().allow().forEach(name -> names.add(name.value()));
    if (order.namespaces().pid()) {
      names.add("prlimit64"); // refused only where processes outside can be named
    }
    return names;
  }

  boolean own(String kind) {
    return ownNamespaces.contains(kind);
  }

  boolean filters(String call) {
    return unfiltered != null && !unfiltered.contains(call);
  }

  boolean has(String capability) {
    Capability named = Capability.named(capability);
    return named != null && (status.effective() & named.bit()) != 0;
  }

  int uid() {
    return status.uids().get(1);
  }
}
