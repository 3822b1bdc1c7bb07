package brig.hole.front;

import brig.hole.wire.ClientFrame;
import brig.hole.wire.ServerFrame;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The way to the listener of the hole. */
public interface Listener {
  /** Begins a call. */
  Call call() throws IOException;

  /** One connection, for one call. */
  interface Call extends AutoCloseable {
    void send(List<ClientFrame> frames) throws IOException;

    /**
     * Waits for the next frame.
     *
     * @return null when the listener has closed the connection
     */
    @Nullable ServerFrame next() throws IOException;

    /** May be called by another thread than the one that waits, which then gets an exception. */
    @Override
    void close();
  }
}
