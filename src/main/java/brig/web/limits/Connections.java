package brig.web.limits;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http2.HTTP2Connection;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.NegotiatingServerConnection;

/**
 * Counts connections, of one client and of all, and closes those that are too many, and those on
 * which a TLS handshake or a request's header takes too long to arrive: a byte now and then keeps a
 * connection from being idle, but it does not make a request.
 */
public final class Connections implements Connection.Listener {
  private final int most;
  private final int mostOfOne;
  private final long headerNanos;
  private final Map<String, Integer> ofOne = new HashMap<>();
  private final Set<Open> open = ConcurrentHashMap.newKeySet();
  private final Map<Connection, Open> byConnection = new ConcurrentHashMap<>();
  private int all;
  private volatile boolean hurried;

  /**
   * @param headerMillis from the first byte of a request to the end of its header; as long has a
   *     handshake
   */
  public Connections(int most, int mostOfOne, long headerMillis, Deadlines deadlines) {
    this.most = most;
    this.mostOfOne = mostOfOne;
    this.headerNanos = headerMillis * 1_000_000;
    deadlines.always(this::look);
  }

  /** What is known of one; read and written by the thread that looks at the time. */
  private static final class Open {
    private final Connection connection;
    private final String client;
    private final boolean counted;
    private long requests = -1;
    private long bytes;
    private long since = System.nanoTime();
    private long frame;

    Open(Connection connection, String client, boolean counted) {
      this.connection = connection;
      this.client = client;
      this.counted = counted;
    }
  }

  @Override
  public void onOpened(Connection connection) {
    String client = ClientAddress.of(connection.getEndPoint().getRemoteSocketAddress());
    // Over TLS there are two on one socket: only the lower one is counted.
    boolean counted = !isUpper(connection);
    Open entry = new Open(connection, client, counted);
    boolean tooMany = false;
    if (counted) {
      synchronized (ofOne) {
        all++;
        tooMany = ofOne.merge(client, 1, Integer::sum) > mostOfOne || all > most;
      }
    }
    open.add(entry);
    byConnection.put(connection, entry);
    if (tooMany) {
      connection.getEndPoint().close();
    }
  }

  private static boolean isUpper(Connection connection) {
    return connection.getEndPoint() instanceof org.eclipse.jetty.io.ssl.SslConnection.SslEndPoint;
  }

  @Override
  public void onClosed(Connection connection) {
    Open entry = byConnection.remove(connection);
    if (entry == null) {
      return;
    }
    open.remove(entry);
    if (entry.counted) {
      synchronized (ofOne) {
        all--;
        ofOne.computeIfPresent(entry.client, (client, count) -> count == 1 ? null : count - 1);
      }
    }
  }

  /** How many there are, for the server's status. */
  public int count() {
    synchronized (ofOne) {
      return all;
    }
  }

  /** From now on what takes too long is closed; the server's test of itself may take its time. */
  public void hurry() {
    hurried = true;
  }

  private void look() {
    if (!hurried) {
      return;
    }
    long now = System.nanoTime();
    for (Open entry : open) {
      if (isSlow(entry, now)) {
        entry.connection.getEndPoint().close(new TimeoutException("a header took too long"));
      }
    }
  }

  /** Between two requests bytes have come, for so long, and no request has become of them. */
  private boolean isSlow(Open entry, long now) {
    Connection connection = entry.connection;
    if (connection instanceof NegotiatingServerConnection) {
      return now - entry.since > headerNanos; // it is another one after the handshake
    }
    if (connection instanceof HTTP2Connection two) {
      return isSlow(entry, two, now);
    }
    if (!(connection instanceof ConnectionMetaData)) {
      return false;
    }
    long requests = connection.getMessagesIn();
    long bytes = connection.getBytesIn();
    if (requests != entry.requests || connection.getMessagesOut() < requests) {
      entry.requests = requests;
      entry.bytes = requests == 0 ? 0 : bytes;
      entry.since = now;
      return false;
    }
    if (bytes == entry.bytes) {
      entry.since = now;
    }
    return now - entry.since > headerNanos;
  }

  /**
   * No request is under way, and one frame, or a header in several, grows and does not end. When
   * the parser began with it, it says; that it has ended, it does not: then no byte comes.
   */
  private boolean isSlow(Open entry, HTTP2Connection connection, long now) {
    long frame = connection.getSession().getParser().getBeginNanoTime();
    long bytes = connection.getBytesIn();
    if (frame != entry.frame || connection.getMessagesOut() < connection.getMessagesIn()) {
      entry.frame = frame;
      entry.bytes = bytes;
      return false;
    }
    // Before its first frame a connection has a preface, which the parser does not time.
    return bytes != entry.bytes && now - (frame == 0 ? entry.since : frame) > headerNanos;
  }
}
