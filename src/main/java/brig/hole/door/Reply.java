package brig.hole.door;

import brig.hole.wire.ServerFrame;

/** The way back to a client. */
public interface Reply {
  /** Sends a frame; an ending is the last, and closes the way. */
  void send(ServerFrame frame);

  /** Nothing but the ending should be sent until {@link Desk.Client#drained} is told. */
  boolean isFull();
}
