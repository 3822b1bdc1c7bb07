package brig.web.fastcgi;

import java.io.IOException;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Connections to one application server that are kept open. The one that rested last is taken
 * first: those at the other end come to be idle for long and are closed. An application server that
 * gives each connection a process, as php-fpm does, has that process back then.
 */
final class FastCgiPool {
  private final Supplier<SocketAddress> address;
  private final long idleNanos;
  private final Deque<FastCgiConnection> resting = new ArrayDeque<>();

  FastCgiPool(Supplier<SocketAddress> address, long idleMillis) {
    this.address = address;
    this.idleNanos = idleMillis * 1_000_000;
  }

  SocketAddress address() {
    return address.get();
  }

  /** One that is open, or null. */
  @Nullable FastCgiConnection kept() {
    closeIdle();
    while (true) {
      FastCgiConnection connection;
      synchronized (resting) {
        connection = resting.pollLast();
      }
      if (connection == null || connection.isAlive()) {
        return connection;
      }
      connection.close();
    }
  }

  /** A new one, not connected yet. */
  FastCgiConnection fresh() throws IOException {
    return FastCgiConnection.to(address.get());
  }

  /** Keeps one for the next request. */
  void keep(FastCgiConnection connection) {
    connection.rest();
    synchronized (resting) {
      resting.addLast(connection);
    }
  }

  /** Closes those that nobody has needed for a while. */
  void closeIdle() {
    long since = System.nanoTime() - idleNanos;
    List<FastCgiConnection> idle = new ArrayList<>();
    synchronized (resting) {
      while (!resting.isEmpty() && resting.peekFirst().restedSince(since)) {
        idle.add(resting.pollFirst());
      }
    }
    for (FastCgiConnection connection : idle) {
      connection.close();
    }
  }
}
