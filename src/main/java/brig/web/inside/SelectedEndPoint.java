package brig.web.inside;

import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * A visitor's connection that tells who selects it: what answers the visitor can wait there for
 * others too, so that question and answer cost no turn of another thread.
 */
public final class SelectedEndPoint extends SocketChannelEndPoint {
  private final ManagedSelector selector;

  public SelectedEndPoint(
      SocketChannel channel, ManagedSelector selector, SelectionKey key, Scheduler scheduler) {
    super(channel, selector, key, scheduler);
    this.selector = selector;
  }

  /** Who selects the connection that a request came by; null: that is not known. */
  public static @Nullable ManagedSelector selector(Request request) {
    EndPoint end = request.getConnectionMetaData().getConnection().getEndPoint();
    if (end instanceof SslConnection.SslEndPoint secure) {
      end = secure.getSslConnection().getEndPoint();
    }
    return end instanceof SelectedEndPoint selected ? selected.selector : null;
  }
}
