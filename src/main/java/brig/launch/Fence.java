package brig.launch;

import brig.linux.Fd;
import brig.linux.Landlock;
import brig.linux.LinuxException;
import brig.report.Problem;
import brig.spec.JailSpec;
import brig.spec.Located;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The Landlock fence: a second wall that holds where the mounts do not, for a directory descriptor
 * handed in from outside (B06), abstract sockets (B16), signals (B14) and ports (B17).
 */
final class Fence {
  /** The first whose fence lets a service move files between directories at all. */
  private static final int FIRST_USABLE = 2;

  private static final int WITH_PORTS = 4;
  private static final int WITH_SCOPES = 6;

  // Truncation too, which a read-only mount refuses anyway: at every open the kernel looks for that
  // right as well, and where the rule for reading lacks it, goes on up to the top of the tree. That
  // was a tenth of what nginx needs to send a small file (bench/late).
  private static final long READ =
      Landlock.EXECUTE | Landlock.READ_FILE | Landlock.READ_DIR | Landlock.TRUNCATE;
  private static final long WRITE =
      Landlock.READ_FILE
          | Landlock.READ_DIR
          | Landlock.WRITE_FILE
          | Landlock.TRUNCATE
          | Landlock.REMOVE_DIR
          | Landlock.REMOVE_FILE
          | Landlock.MAKE_DIR
          | Landlock.MAKE_REG
          | Landlock.MAKE_SOCK
          | Landlock.MAKE_FIFO
          | Landlock.MAKE_SYM
          | Landlock.REFER;
  private static final long DEVICES =
      Landlock.READ_FILE
          | Landlock.READ_DIR
          | Landlock.WRITE_FILE
          | Landlock.TRUNCATE
          | Landlock.IOCTL_DEV;

  private Fence() {}

  /** What the order asks for and this kernel's Landlock cannot do. */
  static List<Problem> shortcomings(LaunchOrder order, int abi) {
    List<Problem> problems = new ArrayList<>();
    if (order.landlock() == JailSpec.Landlock.OFF) {
      return problems;
    }
    if (abi < FIRST_USABLE) {
      problems.add(
          shortcoming(
              "jail " + order.jail() + " has no Landlock fence",
              abi == 0
                  ? "the kernel has no Landlock, or it is switched off (lsm= at boot)"
                  : "the kernel's Landlock is of ABI " + abi,
              "Linux 5.19 or later, with landlock among the LSMs, has what is needed."));
      return problems;
    }
    if (abi < WITH_PORTS && restrictsPorts(order)) {
      problems.add(
          shortcoming(
              "the TCP ports of jail " + order.jail() + " are not fenced",
              "the kernel's Landlock is of ABI " + abi,
              "Linux 6.7 or later can do it."));
    }
    if (abi < WITH_SCOPES) {
      problems.add(
          shortcoming(
              "abstract sockets and signals of jail " + order.jail() + " are not fenced",
              "the kernel's Landlock is of ABI " + abi,
              "Linux 6.12 or later can do it."));
    }
    return problems;
  }

  private static Problem shortcoming(String message, String answer, String remedy) {
    return Problem.of(message).answered(answer).remedy(remedy);
  }

  private static boolean restrictsPorts(LaunchOrder order) {
    return order.network().listen() != null || order.network().connect() != null;
  }

  /** Builds the fence, to be put up later; null where there is to be none. */
  static @Nullable Landlock build(LaunchOrder order, int abi, JailTree tree) throws LinuxException {
    return build(order, abi, tree.root(), tree.mounted());
  }

  /**
   * The same.
   *
   * @param root the jail's
   * @param places in it with rules of their own
   */
  static @Nullable Landlock build(
      LaunchOrder order, int abi, Fd root, List<JailTree.Mounted> places) throws LinuxException {
    if (order.landlock() == JailSpec.Landlock.OFF || abi < FIRST_USABLE) {
      return null;
    }
    List<Located<Integer>> listen = order.network().listen();
    List<Located<Integer>> connect = order.network().connect();
    long net = 0;
    if (abi >= WITH_PORTS) {
      net = (listen == null ? 0 : Landlock.BIND_TCP) | (connect == null ? 0 : Landlock.CONNECT_TCP);
    }
    long scopes =
        abi < WITH_SCOPES ? 0 : Landlock.SCOPE_ABSTRACT_UNIX_SOCKET | Landlock.SCOPE_SIGNAL;
    Landlock fence = Landlock.create(Landlock.fileRights(abi), net, scopes);
    fence.allow(root, READ);
    for (JailTree.Mounted place : places) {
      switch (place.what().access()) {
        case READ -> fence.allow(place.root(), READ);
        case WRITE -> fence.allow(place.root(), WRITE);
        case DEVICES -> fence.allow(place.root(), DEVICES);
      }
    }
    if ((net & Landlock.BIND_TCP) != 0) {
      allowPorts(fence, listen, Landlock.BIND_TCP);
    }
    if ((net & Landlock.CONNECT_TCP) != 0) {
      allowPorts(fence, connect, Landlock.CONNECT_TCP);
    }
    return fence;
  }

  private static void allowPorts(Landlock fence, @Nullable List<Located<Integer>> ports, long right)
      throws LinuxException {
    if (ports != null) {
      for (Located<Integer> port : ports) {
        fence.allowPort(port.value(), right);
      }
    }
  }
}
