package brig.hole.door;

import brig.linux.Epoll;
import brig.linux.Fd;
import brig.linux.LinuxException;
import java.util.HashSet;
import java.util.Set;

/**
 * A way in: a descriptor that clients come to, and those that are there.
 *
 * @param <C> one of them
 */
public abstract sealed class Door<C> implements Loop.Source permits SocketDoor, FifoDoor {
  final Loop loop;
  final Fd entrance;
  final Loop.Watch watch;
  final DoorLimits limits;
  final Desk desk;
  final Set<C> open = new HashSet<>();

  /** For one read at a time. */
  final byte[] buffer = new byte[64 * 1024];

  private final String name;
  private boolean closed;

  /**
   * Opens it.
   *
   * @param entrance is this door's from now on
   * @param name what it is called when it fails
   */
  Door(Loop loop, Fd entrance, DoorLimits limits, Desk desk, String name) throws LinuxException {
    this.loop = loop;
    this.entrance = entrance;
    this.limits = limits;
    this.desk = desk;
    this.name = name;
    this.watch = loop.watch(entrance, Epoll.IN, this);
  }

  @Override
  public final void failed(Exception why) {
    desk.misbehaved(Caller.UNKNOWN, name + ": " + why.getMessage());
  }

  /** How many clients there are. */
  public final int clients() {
    return open.size();
  }

  final boolean isClosed() {
    return closed;
  }

  /** Takes no more; those that are there go on. */
  public final void close() {
    if (!closed) {
      closed = true;
      watch.end();
      entrance.close();
    }
  }
}
