package brig.hole.door;

/**
 * Who asks, as the kernel tells.
 *
 * @param door by which way
 * @param uid the client's user; -1: the door does not tell
 * @param pid the client's process when it connected; 0: the door does not tell
 */
public record Caller(Door door, int uid, int pid) {
  /** A way in. */
  public enum Door {
    SOCKET,
    FIFO
  }

  /** Of the pipes: whoever may write to them. */
  static final Caller UNKNOWN = new Caller(Door.FIFO, -1, 0);
}
