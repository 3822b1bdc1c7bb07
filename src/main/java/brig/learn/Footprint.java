package brig.learn;

import brig.report.Position;
import brig.spec.Located;
import brig.spec.LockFile;
import brig.spec.LockFile.Seen;
import brig.trace.Access;
import brig.trace.TraceEvent;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a service called and reached for: names of system calls, TCP ports, unix sockets. Told on
 * the tracing thread.
 */
final class Footprint {
  private final Set<String> calls = new TreeSet<>();
  private final Set<Integer> listen = new TreeSet<>();
  private final Set<Integer> connect = new TreeSet<>();
  private final Set<String> sockets = new TreeSet<>();

  synchronized void call(String name) {
    calls.add(name);
  }

  /**
   * A call that named a socket's address. One that was refused or found nobody counts too: it shows
   * what the service wants.
   *
   * @param path inside; null: it has none
   */
  synchronized void socket(TraceEvent event, @Nullable String path) {
    boolean connects = event.access() == Access.CONNECT;
    if (path != null && connects) {
      if (!event.failed()) {
        sockets.add(path);
      }
      return;
    }
    String protocol = event.protocol();
    String address = event.address();
    if (protocol == null || address == null || !protocol.startsWith("TCP")) {
      return; // Landlock and [network] know TCP alone
    }
    int port = port(address);
    if (port > 0) {
      (connects ? connect : listen).add(port);
    }
  }

  /** 0 when it is no port: any may be had with it, and none was asked for. */
  private static int port(String address) {
    int colon = address.lastIndexOf(':');
    int port = 0;
    for (int i = colon + 1; colon >= 0 && i < address.length(); i++) {
      char c = address.charAt(i);
      if (c < '0' || c > '9' || port > 65535) {
        return 0;
      }
      port = port * 10 + c - '0';
    }
    return port;
  }

  /** All that was seen before and now. */
  synchronized Seen and(LockFile lock) {
    Seen before = lock.seen();
    Position at = new Position(lock.file(), 1, 1);
    return new Seen(
        merged(before.calls(), calls, at),
        merged(before.listen(), listen, at),
        merged(before.connect(), connect, at),
        merged(before.sockets(), sockets, at));
  }

  private static <T extends Comparable<T>> List<Located<T>> merged(
      Collection<Located<T>> before, Set<T> now, Position at) {
    Map<T, Located<T>> all = new TreeMap<>();
    for (T one : now) {
      all.put(one, new Located<>(one, at));
    }
    for (Located<T> one : before) {
      all.put(one.value(), one);
    }
    return List.copyOf(all.values());
  }
}
