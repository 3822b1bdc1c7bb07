package brig.web.hole;

import brig.linux.Errno;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.PacketSocket;
import brig.web.inside.AdoptedSockets;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** The worker's side: asks the parent for connections to holes. */
public final class Connections {
  private static final long PATIENCE_SECONDS = 10;

  private final PacketSocket door;
  private final AtomicInteger ids = new AtomicInteger();
  private final Map<Integer, CompletableFuture<SocketChannel>> asked = new ConcurrentHashMap<>();

  /**
   * @param door the parent is at its other end
   */
  public Connections(PacketSocket door) {
    this.door = door;
    Thread.ofPlatform().name("holes").daemon(true).start(this::hear);
  }

  private void hear() {
    try {
      for (PacketSocket.Packet packet = door.receive(); packet != null; packet = door.receive()) {
        heard(packet);
      }
    } catch (LinuxException e) {
      // The parent is gone; so is this process, soon.
    }
    IOException gone = new IOException("nobody connects to holes any more");
    asked.values().forEach(future -> future.completeExceptionally(gone));
  }

  private void heard(PacketSocket.Packet packet) {
    HoleWire answer = HoleWire.of(packet.bytes());
    CompletableFuture<SocketChannel> future = answer == null ? null : asked.remove(answer.id());
    if (answer == null || future == null || packet.descriptors().size() != 1) {
      packet.descriptors().forEach(Fd::close);
      if (answer != null && future != null) {
        Errno errno = Errno.of(answer.number());
        future.completeExceptionally(new IOException("the hole cannot be reached: " + errno));
      }
      return;
    }
    try {
      SocketChannel channel =
          AdoptedSockets.connected(packet.descriptors().getFirst(), UnixDomainSocketAddress.of(""));
      if (!future.complete(channel)) {
        channel.close(); // nobody waits any more
      }
    } catch (IOException e) {
      packet.descriptors().forEach(Fd::close);
      future.completeExceptionally(e);
    }
  }

  /** A connection to the socket of a hole. */
  SocketChannel connect(int number) throws IOException {
    int id = ids.incrementAndGet();
    CompletableFuture<SocketChannel> future = new CompletableFuture<>();
    asked.put(id, future);
    try {
      door.send(new HoleWire(id, number).bytes());
      return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (LinuxException | TimeoutException e) {
      future.cancel(false);
      throw new IOException("the hole cannot be reached", e);
    } catch (ExecutionException e) {
      throw new IOException(e.getCause() == null ? e : e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      asked.remove(id);
    }
  }
}
