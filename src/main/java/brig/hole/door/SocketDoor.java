package brig.hole.door;

import brig.hole.wire.End;
import brig.hole.wire.Reason;
import brig.hole.wire.ServerFrame;
import brig.linux.Epoll;
import brig.linux.Errno;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.LocalSocket;
import brig.linux.Stream;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The Unix socket. An idle connection costs its descriptor and a small object. */
public final class SocketDoor extends Door<Connection> {
  private static final long PAUSE_MILLIS = 100;
  private static final int AT_ONCE = 64;

  private final Map<Integer, Integer> ofUser = new HashMap<>();
  private long inFlight;

  /**
   * Opens the door.
   *
   * @param socket listens, and is this door's from now on
   */
  public SocketDoor(Loop loop, Fd socket, DoorLimits limits, Desk desk) throws LinuxException {
    super(loop, socket, limits, desk, "the socket");
  }

  @Override
  public void ready(int events) throws LinuxException {
    for (int i = 0; i < AT_ONCE; i++) {
      @Nullable Fd connection;
      try {
        connection = LocalSocket.accept(entrance);
      } catch (LinuxException e) {
        if (e.errno() == Errno.EMFILE || e.errno() == Errno.ENFILE || e.errno() == Errno.ENOMEM) {
          pause();
          return;
        }
        throw e;
      }
      if (connection == null) {
        return;
      }
      accepted(connection);
      if (loop.isQuiet()) {
        return; // there is hardly another, and if there is, it is told
      }
    }
  }

  private void accepted(Fd connection) throws LinuxException {
    LocalSocket.Peer peer = LocalSocket.peer(connection);
    Caller caller = new Caller(Caller.Door.SOCKET, peer.uid(), peer.pid());
    int mine = ofUser.getOrDefault(peer.uid(), 0);
    if (open.size() >= limits.connections() || mine >= limits.connectionsOfUser()) {
      desk.misbehaved(caller, "too many connections");
      byte[] busy = new ServerFrame.Ending(End.of(Reason.BUSY)).frame().encoded();
      Stream.write(connection, busy, 0, busy.length);
      connection.close();
      return;
    }
    Connection made = new Connection(loop, connection, caller, this);
    open.add(made);
    ofUser.merge(peer.uid(), 1, Integer::sum);
    made.begin();
  }

  /** No descriptor is left: those who wait stay in the queue for a moment. */
  private void pause() throws LinuxException {
    watch.interest(0);
    loop.after(
        PAUSE_MILLIS,
        () -> {
          try {
            watch.interest(isClosed() ? 0 : Epoll.IN);
          } catch (LinuxException e) {
            failed(e);
          }
        });
  }

  void gone(Connection connection, int uid) {
    if (open.remove(connection)) {
      ofUser.computeIfPresent(uid, (user, count) -> count == 1 ? null : count - 1);
    }
  }

  /** Whether so much more may be held. */
  boolean hold(long bytes) {
    if (inFlight + bytes > limits.inFlight()) {
      return false;
    }
    inFlight += bytes;
    return true;
  }

  void letGo(long bytes) {
    inFlight -= bytes;
  }

  /** Closes those that have no call. */
  public void closeIdle() {
    for (Connection connection : Set.copyOf(open)) {
      connection.closeIfIdle();
    }
  }
}
