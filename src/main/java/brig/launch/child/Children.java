package brig.launch.child;

import brig.launch.Privileges;
import brig.launch.Walls;
import brig.launch.child.ChildOrder.ChildLimits;
import brig.launch.child.ChildOrder.Identity;
import brig.linux.BoundedStarter;
import brig.linux.ChildCalls;
import brig.linux.Errno;
import brig.linux.Fd;
import brig.linux.Limits;
import brig.linux.Limits.Resource;
import brig.linux.LinuxException;
import brig.linux.Namespaces;
import brig.linux.Pidfd;
import brig.linux.ProcessStatus;
import brig.linux.Seccomp;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Starts confined children. What confines a child it does itself between its birth and its exec,
 * each setting read back there ({@link ChildCalls}); so the thread that starts it stays what it
 * was, and nothing of the child's is ever set on this process.
 *
 * <p>May be used by several threads.
 */
public final class Children implements AutoCloseable {
  /** What most programs expect of a system that nobody has tuned. */
  private static final long USUAL_FILES = 1024;

  private static final int FIRST_HANDED_IN = 3;

  private final Pens pens;
  private final Fd nothing;

  private Children(Pens pens, Fd nothing) {
    this.pens = pens;
    this.nothing = nothing;
  }

  /** How a child is held together with all that it starts. */
  public enum Way {
    /** In a cgroup, which also counts its processes. */
    CGROUPS,

    /** Where no cgroup can be made: in a namespace of processes, which ends with this process. */
    NAMESPACES,

    /** As the first process of a namespace of its own, with which all ends that is in there. */
    FIRST,

    /**
     * Where that cannot be made either: trees are walked. A child that must die with this process
     * can make no session of its own there: after a SIGKILL its session is what leads to the rest.
     */
    WALKING
  }

  /**
   * A runner. What an earlier one of that name has left running, because it was killed, is ended.
   *
   * @param name of its cgroups; no two may have it at the same time
   */
  public static Children open(String name) throws LinuxException {
    return open(name, Way.CGROUPS);
  }

  /**
   * The same.
   *
   * @param best the first way that is tried
   */
  public static Children open(String name, Way best) throws LinuxException {
    return open(name, best, new OtherChildren());
  }

  /**
   * The same.
   *
   * @param others children that this process has besides
   */
  public static Children open(String name, Way best, OtherChildren others) throws LinuxException {
    Fd nothing = Fd.open("/dev/null", Fd.O_RDWR);
    Pens pens =
        switch (best) {
          case CGROUPS -> Cgroups.open(name);
          case FIRST -> new Firsts();
          case NAMESPACES, WALKING -> null;
        };
    if (pens == null && best != Way.WALKING) {
      pens = ProcessSpaces.open(nothing);
    }
    return new Children(
        pens == null ? new Descendants(ProcessStatus.self(), others) : pens, nothing);
  }

  public Way way() {
    return switch (pens) {
      case Cgroups _ -> Way.CGROUPS;
      case ProcessSpaces _ -> Way.NAMESPACES;
      case Firsts _ -> Way.FIRST;
      case Descendants _ -> Way.WALKING;
    };
  }

  /** How many cgroups or namespaces there are, used or not. */
  public int pens() {
    return pens.count();
  }

  /**
   * The calling thread will start children of other users, and nothing else: what none of them may
   * ever have it gives up itself, once. Not needed, but a start is shorter then.
   */
  public static void becomeStarter() throws LinuxException {
    BoundedStarter.become(0);
  }

  /**
   * Starts one, and waits until it has become its program.
   *
   * @param input becomes 0, and so on; null: /dev/null. They stay open here, and must be over 2
   * @throws LinuxException what failed; {@code execve} when it was the program. Nothing is left
   *     then
   */
  public Child start(ChildOrder order, @Nullable Fd input, @Nullable Fd output, @Nullable Fd error)
      throws LinuxException {
    return start(order, true, input, output, error);
  }

  /**
   * The same without waiting until it has become its program: that may take as long as a file
   * system does. What fails on the way there is told when it has ended, by {@link
   * Child#notStarted}.
   */
  public Child begin(ChildOrder order, @Nullable Fd input, @Nullable Fd output, @Nullable Fd error)
      throws LinuxException {
    return start(order, false, input, output, error);
  }

  private Child start(ChildOrder order, boolean waited, @Nullable Fd... descriptors)
      throws LinuxException {
    Pen pen = pens.take(order);
    ChildCalls calls = new ChildCalls(ChildCalls.roomFor(order.argv(), order.environment()));
    boolean started = false;
    try {
      pen.limit(order.limits());
      Fd[] given = new Fd[descriptors.length];
      for (int i = 0; i < given.length; i++) {
        given[i] = orNothing(descriptors[i]);
      }
      note(calls, order, pen, given);
      if (!waited) {
        calls.dontWait();
      }
      Pidfd process = pen.bear(calls);
      started = true;
      return new Child(process, pen, this, waited ? null : calls);
    } finally {
      if (!started) {
        release(pen);
      }
      if (waited || !started) {
        calls.close();
      }
    }
  }

  private Fd orNothing(@Nullable Fd fd) {
    Fd given = fd == null ? nothing : fd;
    if (given.number() <= 2) {
      throw new IllegalArgumentException("descriptor " + given + " is this process's own");
    }
    return given;
  }

  void release(Pen pen) throws LinuxException {
    pens.giveBack(pen);
  }

  /** The order of docs/confinement.md, as far as a child has its steps. */
  private static void note(ChildCalls calls, ChildOrder order, Pen pen, Fd[] descriptors)
      throws LinuxException {
    Walls walls = order.walls();
    boolean alone = order.identity() instanceof Identity.Alone;
    if (order.identity() instanceof Identity.Alone(int uid, int gid)) {
      calls.inUserNamespace(uid, gid, Namespaces.CLONE_NEWNS | Namespaces.CLONE_NEWIPC);
    }
    calls.defaultSignals();
    calls.newSession();
    pen.join(calls);
    for (int i = 0; i < descriptors.length; i++) {
      calls.descriptor(descriptors[i], i);
    }
    if (walls != null && alone) {
      calls.mountAlone(walls.order().root(), walls.writable());
      calls.rootAt("/", walls.root().inode());
    } else if (walls != null) {
      enter(calls, walls);
    }
    calls.setUmask(order.umask());
    noteLimits(calls, order.limits(), pen);
    switch (order.identity()) {
      case Identity.As as -> new Privileges(as.uid(), as.gid(), as.groups(), 0).take(calls);
      case Identity.Alone _ -> Privileges.giveUp(calls);
      case Identity.Same() -> calls.setNoNewPrivileges();
    }
    // As the child's user: links on the way lead where that user may go.
    calls.changeTo(order.workingDirectory());
    if (order.diesWithThread()) {
      calls.dieWithThread(); // a change of user would take it back
    }
    Fd fence = walls == null ? null : walls.fence();
    if (walls != null && fence != null) {
      calls.restrict(fence, walls.outside());
    }
    handIn(calls, order.handedIn());
    Seccomp.Filter stay = order.diesWithThread() ? pen.filter() : null;
    if (stay != null) {
      calls.filter(stay);
    }
    Seccomp.Filter filter = walls == null ? null : walls.readyFilter();
    if (filter != null) {
      calls.filter(filter);
    }
    calls.unblockSignals();
    calls.execute(order.argv().getFirst(), order.argv(), order.environment());
  }

  /** By numbers that none of them has, so that none is overwritten before it was copied. */
  private static void handIn(ChildCalls calls, List<Fd> handedIn) {
    int free = FIRST_HANDED_IN + handedIn.size();
    for (Fd fd : handedIn) {
      free = Math.max(free, fd.number() + 1);
    }
    for (int i = 0; i < handedIn.size(); i++) {
      calls.descriptor(handedIn.get(i), free + i);
    }
    for (int i = 0; i < handedIn.size(); i++) {
      calls.descriptor(Fd.of(free + i, handedIn.get(i).path()), FIRST_HANDED_IN + i);
    }
    calls.closeFrom(FIRST_HANDED_IN + handedIn.size());
  }

  /** The mounts that were made once, for every child that comes in: docs/decisions/0010. */
  private static void enter(ChildCalls calls, Walls walls) {
    Fd ipc = walls.ipc();
    if (ipc != null) {
      calls.enter(ipc, Namespaces.CLONE_NEWIPC);
    }
    calls.enter(walls.mounts(), Namespaces.CLONE_NEWNS);
    calls.rootAt(walls.order().root(), walls.root().inode());
  }

  private static void noteLimits(ChildCalls calls, ChildLimits limits, Pen pen)
      throws LinuxException {
    Map<Resource, Long> resources = limits.resources();
    if (!pen.countsProcesses() && limits.processes() >= 0) {
      resources.put(Resource.RLIMIT_NPROC, (long) limits.processes());
    }
    if (!pen.countsMemory() && limits.memoryBytes() >= 0) {
      resources.put(Resource.RLIMIT_AS, limits.memoryBytes());
    }
    resources.put(Resource.RLIMIT_CORE, 0L);
    for (Map.Entry<Resource, Long> limit : resources.entrySet()) {
      long value = limit.getValue();
      // The hard limit of processor time a second later: SIGXCPU first, then SIGKILL.
      long hard = limit.getKey() == Resource.RLIMIT_CPU ? value + 1 : value;
      calls.limit(limit.getKey(), new Limits.Pair(value, hard));
    }
    if (!resources.containsKey(Resource.RLIMIT_NOFILE)) {
      // The JVM has raised its own soft limit to the hard one.
      Limits.Pair mine = Limits.get(0, Resource.RLIMIT_NOFILE);
      long usual = Long.compareUnsigned(USUAL_FILES, mine.hard()) < 0 ? USUAL_FILES : mine.hard();
      calls.limit(Resource.RLIMIT_NOFILE, new Limits.Pair(usual, mine.hard()));
    }
  }

  /** Whether a start failed because the program is not there, or is none. */
  public static boolean programFailed(LinuxException e) {
    return e.call().equals("execve") && e.errno() != Errno.EAGAIN;
  }

  /** Gives cgroups and namespaces back; the children must have been closed. */
  @Override
  public void close() throws LinuxException {
    pens.close();
    nothing.close();
  }
}
