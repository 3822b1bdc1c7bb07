package brig.hole.door;

import brig.hole.wire.Caps;

/**
 * What the doors bear.
 *
 * @param connections the most at a time; the next one is told that the hole is busy
 * @param connectionsOfUser the same for one uid
 * @param requestMillis a request must be whole this long after the connection was made
 * @param replyMillis what is sent must be taken within this time, some of it at least
 * @param inFlight bytes of requests that are not answered yet, all together
 * @param buffered bytes of an answer that wait for its client; then the program waits
 * @param caps of one request
 */
public record DoorLimits(
    int connections,
    int connectionsOfUser,
    long requestMillis,
    long replyMillis,
    long inFlight,
    int buffered,
    Caps caps) {
  public static final DoorLimits USUAL =
      new DoorLimits(4096, 2048, 30_000, 30_000, 64L << 20, 256 << 10, Caps.USUAL);
}
