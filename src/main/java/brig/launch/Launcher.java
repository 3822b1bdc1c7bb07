package brig.launch;

import brig.linux.BpfProgram;
import brig.linux.Capabilities;
import brig.linux.Capability;
import brig.linux.Errno;
import brig.linux.Landlock;
import brig.linux.LinuxException;
import brig.linux.ProcessStatus;
import brig.linux.Program;
import brig.report.BrigException;
import brig.report.ExitCode;
import brig.report.Problem;
import brig.spec.JailSpec;
import brig.spec.JailSpec.NetworkMode;
import brig.tree.MountedRoot;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Starts what an order says, in its jail. The only way in which Brig starts anything confined. */
public final class Launcher {
  private Launcher() {}

  /** Told of a child before its first instruction: it exists, confined, and waits. */
  @FunctionalInterface
  public interface Born {
    /**
     * Called once, on the thread that spawns.
     *
     * @param pid as this process sees it; when this throws, the child ends without having run
     */
    void born(int pid) throws BrigException, LinuxException;
  }

  /**
   * Turns this process into the service, under the same pid. Returns only by throwing.
   *
   * <p>Not for an order with a pid namespace: a process cannot move into one, only its children can
   * be born there (pid_namespaces(7)). Such a service is {@link #spawn}ed; then the caller waits
   * for it, or leaves.
   *
   * <p>The service gets a session of its own. Where this process leads a process group, as what an
   * interactive shell starts does, it gives up its controlling terminal but stays in the group.
   */
  public static void become(LaunchOrder order) throws BrigException {
    if (order.namespaces().pid()) {
      throw new IllegalArgumentException("a process cannot become the first of a pid namespace");
    }
    Prepared prepared = prepare(order, null);
    try {
      prepared.jailing().become();
    } catch (LinuxException e) {
      throw refused(order, prepared.confinement(), e);
    }
  }

  /**
   * Starts the service as a child of this process and leaves this process as it is.
   *
   * @return the child's pid, as this process sees it; the child is this process's to reap
   */
  public static int spawn(LaunchOrder order) throws BrigException {
    return spawn(order, pid -> {});
  }

  /** The same, and tells of the child before its first instruction. */
  public static int spawn(LaunchOrder order, Born born) throws BrigException {
    return spawn(order, null, born);
  }

  /**
   * The same for a service that is to be traced, under exactly the conditions of any other start:
   * its own filter is beside the tracer's, and what its own refuses is refused without the tracer.
   *
   * @param watch a filter that asks the tracer, which {@code born} must have put on the child: a
   *     call that asks a tracer that is not there fails with ENOSYS. Null: none
   */
  public static int spawn(LaunchOrder order, @Nullable BpfProgram watch, Born born)
      throws BrigException {
    Prepared prepared = prepare(order, watch);
    try {
      return prepared.jailing().spawn(born);
    } catch (LinuxException e) {
      throw refused(order, prepared.confinement(), e);
    }
  }

  /** What this kernel cannot do of what the order asks for and does not insist on. */
  public static List<Problem> warnings(LaunchOrder order) {
    return order.landlock() == JailSpec.Landlock.AUTO
        ? Fence.shortcomings(order, Landlock.abi())
        : List.of();
  }

  private record Prepared(Jailing jailing, Confinement confinement) {}

  private static Prepared prepare(LaunchOrder order, @Nullable BpfProgram watch)
      throws BrigException {
    List<Problem> wrong =
        new ArrayList<>(
            CallFilter.check(
                order.seccomp(),
                watch != null || !(order.seccomp().profile() instanceof JailSpec.Profile.None)));
    long kept = capabilities(order, wrong);
    if (!wrong.isEmpty()) {
      throw new BrigException(ExitCode.USAGE, wrong);
    }
    try {
      int abi = order.landlock() == JailSpec.Landlock.OFF ? 0 : Landlock.abi();
      List<Problem> lacking = new ArrayList<>(lackingPrivileges(order, kept));
      if (order.landlock() == JailSpec.Landlock.REQUIRE) {
        lacking.addAll(Fence.shortcomings(order, abi));
      }
      if (!lacking.isEmpty()) {
        throw new BrigException(ExitCode.REFUSED, lacking);
      }
      Program program = new Program(order.argv(), order.environment(), !order.terminal());
      Privileges privileges = Privileges.of(order, kept);
      LimitPlan limits = LimitPlan.of(order);
      Confinement confinement = new Confinement(order, program, privileges, abi, watch);
      return new Prepared(
          new Jailing(order, program, privileges, limits, confinement), confinement);
    } catch (LinuxException e) {
      throw BrigException.refused(e.problem("cannot prepare the start of jail " + order.jail()));
    }
  }

  static long capabilities(LaunchOrder order, List<Problem> wrong) {
    long kept = 0;
    for (String name : order.capabilities()) {
      Capability capability = Capability.named(name);
      if (capability == null) {
        wrong.add(
            Problem.of("there is no capability '" + name + "'").remedy("See capabilities(7)."));
      } else {
        kept |= capability.bit();
      }
    }
    return kept;
  }

  private static List<Problem> lackingPrivileges(LaunchOrder order, long kept)
      throws LinuxException {
    long needed =
        Capability.CAP_SYS_ADMIN.bit()
            | Capability.CAP_SETUID.bit()
            | Capability.CAP_SETGID.bit()
            | Capability.CAP_SETPCAP.bit()
            | (order.network().mode() == NetworkMode.NONE ? Capability.CAP_NET_ADMIN.bit() : 0)
            | kept;
    long lacking = needed & ~Capabilities.mine().effective();
    if (lacking == 0) {
      return List.of();
    }
    return List.of(
        Problem.of("cannot start jail " + order.jail())
            .answered("this process lacks " + Capability.names(lacking))
            .remedy(
                ProcessStatus.effectiveUid() == 0
                    ? "Root was given fewer capabilities here, as in a container: add these."
                    : "Starting a jail needs root: use sudo or a system service."));
  }

  private static BrigException refused(
      LaunchOrder order, Confinement confinement, LinuxException e) {
    String doing = confinement.doing();
    String on = e.path() == null || doing.endsWith(e.path()) ? "" : ", " + e.path();
    boolean exec = e.call().equals("execve");
    Problem problem =
        exec
            ? e.problem("cannot execute " + e.path() + " in jail " + order.jail())
            : e.problem(
                "cannot " + doing + " of jail " + order.jail() + " (" + e.call() + on + ")");
    String remedy = exec ? remedyOfExec(e) : remedy(e);
    return BrigException.refused(remedy == null ? problem : problem.remedy(remedy));
  }

  private static @Nullable String remedyOfExec(LinuxException e) {
    return e.errno() == Errno.ENOEXEC
        ? "It is neither a program for this machine nor a script whose first line names what runs"
            + " it (#!/bin/sh)."
        : null;
  }

  private static @Nullable String remedy(LinuxException e) {
    if (e.errno() == Errno.ENOSYS) {
      return "Brig needs Linux 5.12 or later.";
    }
    return switch (e.call()) {
      case "openat2" ->
          e.errno() == Errno.ELOOP
              ? "No link is followed there; name the real path."
              : "The mount point is absent; build the jail anew.";
      case MountedRoot.SOURCE ->
          "It is not what the plan saw: the host has changed just now. Start it again.";
      case "unshare" -> "Namespaces are refused here; a container may forbid them.";
      case "prlimit64" -> "A hard limit can only be raised with CAP_SYS_RESOURCE.";
      case "seccomp" ->
          e.errno() == Errno.EBUSY
              ? "Something that supervises this process by seccomp is in the way."
              : null;
      default -> null;
    };
  }
}
