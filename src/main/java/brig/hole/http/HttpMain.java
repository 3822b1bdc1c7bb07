package brig.hole.http;

import brig.hole.front.Front;
import brig.hole.front.SocketListener;
import brig.linux.Capability;
import brig.linux.CurrentPlace;
import brig.linux.EveryThread;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.PacketSocket;
import brig.report.BrigException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The process that shows forms: starts to serve, goes into its jail, and then says that it does.
 */
public final class HttpMain {
  static final String READY = "ready";

  /** Its root, when it has gone in: the hole's socket is there, and nothing else. */
  static final String JAIL = "/jail";

  static final String SOCKET = "/socket";
  private static final int HANDED_IN = 3;
  private static final List<Capability> GIVEN_UP =
      List.of(
          Capability.CAP_SYS_CHROOT,
          Capability.CAP_SETUID,
          Capability.CAP_SETGID,
          Capability.CAP_SETPCAP);

  private HttpMain() {}

  /**
   * Serves until its channel ends.
   *
   * @param args the address, the uid and the gid
   */
  public static void main(String[] args) {
    PacketSocket parent = PacketSocket.of(Fd.of(HANDED_IN, "channel"));
    int status = 1;
    try {
      serve(args, parent);
      status = 0;
    } catch (IOException | BrigException | RuntimeException | LinkageError e) {
      tell(parent, String.valueOf(e.getMessage()));
    } finally {
      Runtime.getRuntime().halt(status); // threads of the server are left
    }
  }

  private static void serve(String[] args, PacketSocket parent) throws IOException, BrigException {
    HttpAddress address = HttpAddress.read(args[0]);
    int uid = Integer.parseInt(args[1]);
    int gid = Integer.parseInt(args[2]);
    HttpDoor door = HttpDoor.open(address, new Front("/", new SocketListener(SOCKET)));
    HttpRehearsal.play(address, new Front("/", new SocketListener(JAIL + SOCKET)));
    goIn(uid, gid);
    door.admit();
    parent.send(READY.getBytes(StandardCharsets.UTF_8));
    parent.receive(); // until the listener has gone, however it went
  }

  /** The order of giving up: root, bounding sets, groups and ids, capabilities. */
  private static void goIn(int uid, int gid) throws LinuxException {
    try (EveryThread threads = new EveryThread()) {
      CurrentPlace.rootAt(JAIL);
      for (Capability capability : GIVEN_UP) {
        threads.unbound(capability);
      }
      threads.become(uid, gid, List.of());
      threads.dropCapabilities();
    }
  }

  private static void tell(PacketSocket parent, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    try {
      parent.send(bytes.length == 0 ? new byte[] {'?'} : bytes);
    } catch (LinuxException e) {
      return; // nobody is there to be told
    }
  }
}
