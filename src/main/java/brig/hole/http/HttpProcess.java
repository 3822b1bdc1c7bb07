package brig.hole.http;

import brig.launch.LaunchOrder;
import brig.launch.LaunchOrder.JailMount;
import brig.launch.Launcher;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.PacketSocket;
import brig.linux.Pidfd;
import brig.linux.Signal;
import brig.linux.Stat;
import brig.linux.ThreadStatus;
import brig.report.BrigException;
import brig.report.Position;
import brig.report.Problem;
import brig.spec.JailSpec;
import brig.spec.Located;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The jailed process, as the listener holds it. It ends when this process does, however that ends.
 *
 * <p>Its virtual machine starts in a mount namespace that holds what it is made of, read-only,
 * under the default filter of calls and a Landlock fence, as root with four capabilities. Then it
 * goes into an empty directory, becomes its user, gives those up on every thread, and says so; each
 * thread is looked at from here before it is believed.
 */
public final class HttpProcess implements AutoCloseable {
  private static final String MAIN = "brig.hole.http.HttpMain";
  private static final long START_MILLIS = 60_000;
  private static final long END_MILLIS = 5_000;

  /** To go in, to become its user, and to empty the bounding sets. */
  private static final List<String> CAPABILITIES =
      List.of("CAP_SYS_CHROOT", "CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP");

  private final Pidfd process;
  private final PacketSocket channel;

  private HttpProcess(Pidfd process, PacketSocket channel) {
    this.process = process;
    this.channel = channel;
  }

  /**
   * Starts it; when this returns, it serves.
   *
   * @param socket the hole's, which a listener serves
   * @param uid its user, never 0; one that may use the hole
   */
  public static HttpProcess start(HttpAddress address, String socket, int uid, int gid)
      throws BrigException {
    if (uid <= 0 || gid <= 0) {
      throw new IllegalArgumentException("forms are not shown by root");
    }
    try {
      PacketSocket[] pair = PacketSocket.pair();
      HttpProcess started;
      try (PacketSocket theirs = pair[1]) {
        int pid = Launcher.spawn(order(address, socket, uid, gid, theirs.fd()));
        started = new HttpProcess(Pidfd.ofChild(pid), pair[0]);
      } catch (LinuxException | BrigException | RuntimeException e) {
        pair[0].close();
        throw e;
      }
      // Its end of the channel is its alone now: when it ends, this side reads the end.
      try {
        started.awaitReady(address);
        started.inspect(uid, gid);
        return started;
      } catch (LinuxException | BrigException | RuntimeException e) {
        started.close();
        throw e;
      }
    } catch (LinuxException e) {
      throw BrigException.refused(e.problem("cannot show forms on " + address));
    }
  }

  private static LaunchOrder order(
      HttpAddress address, String socket, int uid, int gid, Fd handedIn) throws LinuxException {
    Position at = new Position("--http", 1, 1);
    List<Located<Integer>> port = List.of(new Located<>(address.port(), at));
    List<String> places = new ArrayList<>();
    places.add(System.getProperty("java.home", "/usr"));
    StringBuilder path = new StringBuilder();
    for (String entry : System.getProperty("java.class.path", "").split(":", -1)) {
      if (Stat.of(entry) != null) {
        // It starts in another directory than this process.
        String place = HttpTree.real(entry);
        places.add(place);
        path.append(path.isEmpty() ? "" : ":").append(place);
      }
    }
    return new LaunchOrder(
        "hole serve --http",
        "/",
        argv(path.toString(), address, uid, gid),
        Map.of("PATH", "/usr/bin:/bin", "LC_ALL", "C.UTF-8", "MALLOC_ARENA_MAX", "2"),
        "/",
        uid,
        gid,
        List.of(),
        true,
        CAPABILITIES,
        077,
        Map.of("RLIMIT_CORE", 0L),
        new JailSpec.Namespaces(false, true, true),
        // To its own port, once, before it goes in: what serves must be loaded by then.
        new JailSpec.Network(JailSpec.NetworkMode.HOST, port, port, List.of()),
        new JailSpec.SeccompPolicy(true, List.of(new Located<>("chroot", at)), List.of()),
        JailSpec.Landlock.AUTO,
        List.of(
            new JailMount.OwnDevices("/dev"),
            new JailMount.ReadOnly(HttpTree.JAIL + HttpTree.SOCKET, socket)),
        List.of(handedIn.number()),
        null,
        false,
        HttpTree.of(places));
  }

  private static List<String> argv(String classPath, HttpAddress address, int uid, int gid) {
    return List.of(
        System.getProperty("java.home") + "/bin/java",
        "-XX:+UseSerialGC",
        "-XX:-UsePerfData",
        "-XX:-UseContainerSupport",
        "-XX:+DisableAttachMechanism",
        "-XX:TieredStopAtLevel=1",
        "-Xrs",
        "-Xss512k",
        "-Xmx160m",
        "--enable-native-access=ALL-UNNAMED",
        "-Dsun.net.httpserver.maxReqTime=60",
        "-Djdk.httpserver.maxConnections=1000",
        "-Dsun.net.httpserver.maxReqHeaders=100",
        "-Dsun.net.httpserver.maxIdleConnections=200",
        "-cp",
        classPath,
        MAIN,
        address.toString(),
        Integer.toString(uid),
        Integer.toString(gid));
  }

  private void awaitReady(HttpAddress address) throws BrigException, LinuxException {
    PacketSocket.Packet packet = channel.receive(START_MILLIS);
    String said = packet == null ? "" : new String(packet.bytes(), StandardCharsets.UTF_8);
    if (!said.equals(HttpMain.READY)) {
      throw BrigException.refused(
          Problem.of("cannot show forms on " + address)
              .answered(said.isEmpty() ? "the process ended without a word" : said));
    }
  }

  /** Looks from outside whether every thread is what it says. */
  private void inspect(int uid, int gid) throws BrigException, LinuxException {
    String tasks = "/proc/" + process.pid() + "/task";
    try (Fd directory = Fd.open(tasks, Fd.O_RDONLY | Fd.O_DIRECTORY)) {
      for (String tid : directory.list()) {
        try (Fd file = ThreadStatus.open(process.pid(), Integer.parseInt(tid))) {
          String wrong = HttpCheck.wrong(ThreadStatus.read(file), uid, gid);
          if (!wrong.isEmpty()) {
            throw BrigException.refused(
                Problem.of("cannot jail the process that shows forms")
                    .answered("a thread of it " + wrong));
          }
        }
      }
    }
    String root = Fd.readLink("/proc/" + process.pid() + "/root");
    if (!root.equals(HttpTree.JAIL)) {
      throw BrigException.refused(
          Problem.of("cannot jail the process that shows forms")
              .answered("its root is " + root + ", not " + HttpTree.JAIL));
    }
  }

  public int pid() {
    return process.pid();
  }

  /** Readable when it has ended. */
  public Fd ended() {
    return process.fd();
  }

  /** Ends it. */
  @Override
  public void close() {
    try {
      process.signal(Signal.SIGKILL);
      if (process.awaitEnd(END_MILLIS)) {
        process.reap();
      }
    } catch (LinuxException e) {
      // It has ended, and somebody else has seen it.
    } finally {
      process.close();
      channel.close();
    }
  }
}
