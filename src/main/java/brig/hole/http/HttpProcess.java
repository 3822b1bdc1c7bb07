package brig.hole.http;

import brig.launch.LaunchOrder;
import brig.launch.LaunchOrder.JailMount;
import brig.launch.Launcher;
import brig.launch.jvm.OwnJvm;
import brig.launch.jvm.ReadOnlyHost;
import brig.launch.jvm.ThreadsReadBack;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.PacketSocket;
import brig.linux.Pidfd;
import brig.linux.Signal;
import brig.report.BrigException;
import brig.report.Position;
import brig.report.Problem;
import brig.spec.JailSpec;
import brig.spec.Located;
import brig.tree.Change;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

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

  /** The launcher's gate and filter. */
  private static final int FILTERS = 2;

  private static final List<String> OPTIONS =
      List.of(
          "-XX:TieredStopAtLevel=1",
          "-Xmx160m",
          "-Dsun.net.httpserver.maxReqTime=60",
          "-Djdk.httpserver.maxConnections=1000",
          "-Dsun.net.httpserver.maxReqHeaders=100",
          "-Dsun.net.httpserver.maxIdleConnections=200");

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
    OwnJvm jvm = OwnJvm.ofThisProcess();
    List<String> arguments =
        List.of(address.toString(), Integer.toString(uid), Integer.toString(gid));
    return new LaunchOrder(
        "hole serve --http",
        "/",
        jvm.argv(OPTIONS, MAIN, arguments),
        Map.of("PATH", "/usr/bin:/bin", "LC_ALL", "C.UTF-8", "MALLOC_ARENA_MAX", "2"),
        "/",
        uid,
        gid,
        List.of(),
        true,
        OwnJvm.CAPABILITIES,
        077,
        Map.of("RLIMIT_CORE", 0L),
        new JailSpec.Namespaces(false, true, true),
        // To its own port, once, before it goes in: what serves must be loaded by then.
        new JailSpec.Network(JailSpec.NetworkMode.HOST, port, port, List.of()),
        new JailSpec.SeccompPolicy(true, List.of(new Located<>("chroot", at)), List.of()),
        JailSpec.Landlock.AUTO,
        List.of(
            new JailMount.OwnDevices(ReadOnlyHost.DEVICES),
            new JailMount.ReadOnly(HttpMain.JAIL + HttpMain.SOCKET, socket)),
        List.of(handedIn.number()),
        null,
        false,
        ReadOnlyHost.of(
            jvm.places(),
            List.of(
                new Change.MakeDirectory(HttpMain.JAIL, 0755, 0, 0),
                new Change.MakeMountPoint(HttpMain.JAIL + HttpMain.SOCKET, false))));
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

  /** Looks from outside whether every thread is what it should be. */
  private void inspect(int uid, int gid) throws BrigException, LinuxException {
    Set<String> differences =
        new LinkedHashSet<>(
            ThreadsReadBack.differences(process.pid(), uid, gid, List.of(), FILTERS));
    String root = Fd.readLink("/proc/" + process.pid() + "/root");
    if (!root.equals(HttpMain.JAIL)) {
      differences.add("its root is " + root + ", not " + HttpMain.JAIL);
    }
    if (!differences.isEmpty()) {
      throw BrigException.refused(
          Problem.of("cannot jail the process that shows forms")
              .answered(String.join("; ", differences)));
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
