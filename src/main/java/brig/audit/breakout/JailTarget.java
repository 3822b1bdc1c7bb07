package brig.audit.breakout;

import brig.audit.breakout.AttemptEnd.NotPossible;
import brig.audit.breakout.AttemptEnd.Refused;
import brig.launch.LaunchOrder;
import brig.launch.LaunchOrder.JailMount;
import brig.launch.Launcher;
import brig.linux.Descriptors;
import brig.linux.Fd;
import brig.linux.HostFiles;
import brig.linux.LinuxException;
import brig.linux.PseudoTerminal;
import brig.report.BrigException;
import java.util.ArrayList;
import java.util.List;

/**
 * A jail of Brig's. The puppet is started by the routine that starts the service, from the very
 * order that starts the service; what differs is the program, two mounts for it (itself and one
 * more writable place, the inner canary directory), and that its output goes nowhere.
 *
 * @param order of the service
 * @param asRoot try it as uid 0 instead of as the service's user
 * @param lib where the canary directories go, in {@code breakout} below it
 * @param place the directory of the jail on which the inner canary directory is mounted
 * @param starter how what runs there is started
 */
public record JailTarget(
    LaunchOrder order, boolean asRoot, String lib, String place, Starter starter)
    implements Target {
  private static final String NOWHERE = "/dev/null";

  /** Starts a process in the jail. */
  public interface Starter {
    /**
     * Starts an order's program.
     *
     * @param asRoot it stays root
     * @return its pid; it is a child of this process
     */
    int spawn(LaunchOrder order, boolean asRoot) throws BrigException;

    /** It begins outside, with what is open there, and goes in when it becomes its user. */
    default boolean late() {
      return false;
    }
  }

  /** A jail whose service is in it from its first instruction. */
  public JailTarget(LaunchOrder order, boolean asRoot, String lib, String place) {
    this(order, asRoot, lib, place, (started, root) -> Launcher.spawn(started));
  }

  @Override
  public String name() {
    return order.jail();
  }

  @Override
  public String as() {
    return asRoot ? "root" : "service";
  }

  @Override
  public int uid() {
    return asRoot ? 0 : order.uid();
  }

  @Override
  public int gid() {
    return asRoot ? 0 : order.gid();
  }

  @Override
  public Canary canary() throws LinuxException {
    String parent = lib + "/breakout";
    HostFiles.createDirectories(parent, 0755);
    // The programs of a web server have the path of their location as a name.
    String label = order.jail().replace('/', '_') + "-";
    return Canary.make(parent, null, label, uid(), gid());
  }

  @Override
  public String place(Canary canary) {
    return place;
  }

  @Override
  public Puppet start(Canary canary, Variation variation, Transcript transcript)
      throws BrigException, LinuxException, Refused, NotPossible {
    return switch (variation) {
      case NONE, WITHOUT_CHDIR -> start(canary, List.of(), transcript);
      case DIRECTORY_OPEN -> {
        try (Fd left = Fd.open(canary.outside().path(), Fd.O_RDONLY | Fd.O_DIRECTORY)) {
          Descriptors.outliveExec(left);
          yield start(canary, starter.late() ? List.of(left) : List.of(), transcript);
        }
      }
      case ON_A_TERMINAL -> {
        try (PseudoTerminal terminal = PseudoTerminal.open()) {
          yield start(canary, List.of(terminal.terminal(), terminal.master()), transcript);
        }
      }
    };
  }

  private Puppet start(Canary canary, List<Fd> more, Transcript transcript)
      throws BrigException, LinuxException, Refused, NotPossible {
    return start(withPuppet(canary, canary.inside().path()), more, transcript);
  }

  /**
   * The same, with a name in the inner canary directory as the source of its working place.
   *
   * @throws BrigException when the start is refused
   */
  Puppet startWithPlace(Canary canary, String name, Transcript transcript)
      throws BrigException, LinuxException, Refused, NotPossible {
    String source = canary.inside().path() + "/" + name;
    return start(withPuppet(canary, source), List.of(), transcript);
  }

  /** The same start in another root, which has the puppet's program, and nothing mounted there. */
  Puppet startIn(String root, String program, Transcript transcript)
      throws BrigException, LinuxException, Refused, NotPossible {
    LaunchOrder moved = new OrderOf(order).in(root);
    return start(as(moved, program, List.of()), List.of(), transcript);
  }

  /** Starts an order's program, which must be the puppet's. */
  Puppet start(LaunchOrder what, List<Fd> more, Transcript transcript)
      throws BrigException, LinuxException, Refused, NotPossible {
    Channel channel = Channel.open();
    Channel spare = Channel.open();
    List<Integer> handedIn = new ArrayList<>();
    handedIn.add(channel.number());
    handedIn.add(spare.number());
    for (Fd fd : more) {
      handedIn.add(fd.number());
    }
    Puppet puppet;
    try {
      int pid = starter.spawn(new OrderOf(what).handing(handedIn), asRoot);
      puppet = Puppet.hold("jailed", pid, channel, spare, transcript);
    } catch (BrigException | LinuxException e) {
      channel.close();
      spare.close();
      throw e;
    }
    try {
      dropRoot(puppet);
      return puppet;
    } catch (Refused | NotPossible | RuntimeException e) {
      puppet.close();
      throw e;
    }
  }

  /** A service that starts as root takes its user's ids on by itself; its workers are confined. */
  private void dropRoot(Puppet puppet) throws Refused, NotPossible {
    if ((order.startAsRoot() || starter.late()) && !asRoot) {
      List<Integer> groups = new ArrayList<>(order.groups());
      if (!groups.contains(order.gid())) {
        groups.addFirst(order.gid()); // as initgroups(3) does
      }
      Struct list = Struct.of(4 * groups.size());
      for (int i = 0; i < groups.size(); i++) {
        list.u32(4 * i, groups.get(i));
      }
      puppet.need("setgroups", groups.size(), list.bytes());
      puppet.need("setresgid", order.gid(), order.gid(), order.gid());
      puppet.need("setresuid", order.uid(), order.uid(), order.uid());
    }
  }

  private LaunchOrder withPuppet(Canary canary, String source) {
    List<JailMount> mounts = new ArrayList<>(order.mounts());
    mounts.add(new JailMount.Writable(place, source));
    String program = place + "/" + Canary.PROGRAM;
    mounts.add(new JailMount.ReadOnly(program, canary.programPath()));
    return as(order, program, mounts);
  }

  private LaunchOrder as(LaunchOrder what, String program, List<JailMount> mounts) {
    boolean capable = order.startAsRoot() || !asRoot;
    return new OrderOf(what)
        .running(
            program,
            mounts,
            order.startAsRoot() || asRoot,
            capable ? order.capabilities() : List.of(),
            NOWHERE);
  }
}
