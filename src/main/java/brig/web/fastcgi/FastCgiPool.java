package brig.web.fastcgi;

import java.io.IOException;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.util.thread.Invocable;
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

  /**
   * One that is open, or null.
   *
   * @param by preferred is one that it selects; null: whichever
   */
  @Nullable FastCgiConnection kept(@Nullable ManagedSelector by) {
    closeIdle();
    while (true) {
      FastCgiConnection connection = last(by);
      if (connection == null) {
        return null;
      }
      connection.hears(null);
      if (connection.isAlive()) {
        return connection;
      }
      connection.close();
    }
  }

  private @Nullable FastCgiConnection last(@Nullable ManagedSelector by) {
    synchronized (resting) {
      if (by != null) {
        Iterator<FastCgiConnection> lastFirst = resting.descendingIterator();
        while (lastFirst.hasNext()) {
          FastCgiConnection connection = lastFirst.next();
          if (connection.isSelectedBy(by)) {
            lastFirst.remove();
            return connection;
          }
        }
      }
      return resting.pollLast();
    }
  }

  /** A new one, not connected yet. */
  FastCgiConnection fresh() throws IOException {
    return FastCgiConnection.to(address.get());
  }

  /**
   * Keeps one for the next request.
   *
   * @param by selects it meanwhile, if none does; null: nobody
   */
  void keep(FastCgiConnection connection, @Nullable ManagedSelector by) throws IOException {
    connection.rest();
    connection.hears(Invocable.from(Invocable.InvocationType.NON_BLOCKING, () -> drop(connection)));
    if (by != null) {
      connection.selectedBy(by);
    }
    synchronized (resting) {
      resting.addLast(connection);
    }
  }

  /** The other side has closed one that rests, or says something unasked. */
  private void drop(FastCgiConnection connection) {
    boolean rested;
    synchronized (resting) {
      rested = resting.remove(connection);
    }
    if (rested) {
      connection.close();
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
