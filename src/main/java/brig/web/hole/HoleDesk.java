package brig.web.hole;

import brig.launch.child.ChildOrder.Identity;
import brig.linux.Credentials;
import brig.linux.Errno;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.LocalSocket;
import brig.linux.PacketSocket;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The parent's side: connects to the sockets of the configured holes, and hands the connections to
 * the worker. A listener is told by the kernel who connected (SO_PEERCRED), and that must be the
 * worker's user, not root; so the one thread that does it becomes that user first, for good, by the
 * raw calls that change a thread alone, and opens no more than that user may.
 */
public final class HoleDesk {
  private static final String SOCKET = "socket"; // brig.hole.listener.DoorPlace

  private final List<String> directories;
  private final PacketSocket door;

  private HoleDesk(List<String> directories, PacketSocket door) {
    this.directories = List.copyOf(directories);
    this.door = door;
  }

  /**
   * Answers a worker, on a thread of its own, until it is gone.
   *
   * @param directories of the holes' doors; the worker names them by their numbers
   * @param user who connects; null: this process's own
   * @param door the worker is at its other end; closed at the end
   */
  public static void serve(
      List<String> directories, Identity.@Nullable As user, PacketSocket door) {
    Thread.ofPlatform()
        .name("holes")
        .daemon(true)
        .start(
            () -> {
              try (door) {
                if (user != null) {
                  Credentials.become(user.uid(), user.gid(), user.groups());
                }
                new HoleDesk(directories, door).serve();
              } catch (LinuxException e) {
                // The worker reads the end of it, and tells its visitors that the hole is closed.
              }
            });
  }

  private void serve() throws LinuxException {
    for (PacketSocket.Packet packet = door.receive(); packet != null; packet = door.receive()) {
      packet.descriptors().forEach(Fd::close);
      HoleWire asked = HoleWire.of(packet.bytes());
      if (asked == null || asked.number() < 0 || asked.number() >= directories.size()) {
        return; // no worker of ours speaks so
      }
      answer(asked);
    }
  }

  private void answer(HoleWire asked) throws LinuxException {
    try (Fd connection = connect(directories.get(asked.number()))) {
      door.send(new HoleWire(asked.id(), 0).bytes(), List.of(connection));
    } catch (Unconnected e) {
      door.send(new HoleWire(asked.id(), e.errno.number()).bytes());
    }
  }

  /** It does not wait: a listener whose queue is full is answered for with EAGAIN. */
  private static Fd connect(String directory) throws Unconnected {
    try (Fd place = Fd.open(directory, Fd.O_PATH | Fd.O_DIRECTORY)) {
      return LocalSocket.connectAtOnce(place, SOCKET);
    } catch (LinuxException e) {
      throw new Unconnected(e.errno());
    }
  }

  private static final class Unconnected extends Exception {
    private static final long serialVersionUID = 1L;

    private final Errno errno;

    Unconnected(Errno errno) {
      super(errno.name(), null, false, false);
      this.errno = errno;
    }
  }
}
