package brig.web.cgi;

import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.PacketSocket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The worker's side: asks the parent for programs, and hears what became of them. */
public final class Programs {
  private final PacketSocket door;
  private final AtomicInteger ids = new AtomicInteger();
  private final Map<Integer, Asked> asked = new ConcurrentHashMap<>();

  public Programs(PacketSocket door) {
    this.door = door;
    Thread.ofPlatform().name("programs").daemon(true).start(this::hear);
  }

  private void hear() {
    try {
      for (PacketSocket.Packet packet = door.receive(); packet != null; packet = door.receive()) {
        packet.descriptors().forEach(Fd::close);
        if (DoorWire.decode(packet.bytes()) instanceof DoorMessage.Ended ended) {
          Asked known = asked.get(ended.id());
          if (known != null) {
            known.told(ended);
          }
        }
      }
    } catch (LinuxException e) {
      // The parent is gone; so is this process, soon.
    }
  }

  /** A program that was asked for. To be closed when nobody reads of it any more. */
  public final class Asked implements AutoCloseable {
    private final int id;
    private DoorMessage.@Nullable Ended ended;

    private Asked(int id) {
      this.id = id;
    }

    private synchronized void told(DoorMessage.Ended ended) {
      if (this.ended == null) {
        this.ended = ended;
      }
      notifyAll();
    }

    /** What the parent said of it, within so long; null: nothing. */
    synchronized DoorMessage.@Nullable Ended within(long millis) {
      long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
      long left = millis;
      while (ended == null && left > 0) {
        try {
          wait(left);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return null;
        }
        left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      }
      return ended;
    }

    /** Nobody wants its answer. */
    void stop() {
      byte[] packet = DoorWire.encode(new DoorMessage.Stop(id));
      try {
        if (packet != null) {
          door.send(packet);
        }
      } catch (LinuxException e) {
        // The parent is gone, and its programs with it.
      }
    }

    @Override
    public void close() {
      asked.remove(id);
    }
  }

  /**
   * Asks for one.
   *
   * @param descriptors its input, output and errors; they stay open here
   * @throws CgiFault when what the request says is too long for a program
   */
  Asked start(
      int place,
      String script,
      List<String> words,
      Map<String, String> variables,
      List<Fd> descriptors)
      throws CgiFault, LinuxException {
    int id = ids.incrementAndGet();
    byte[] packet = DoorWire.encode(new DoorMessage.Start(id, place, script, words, variables));
    if (packet == null) {
      throw new CgiFault("the request is too long for a program's environment");
    }
    Asked program = new Asked(id);
    asked.put(id, program);
    boolean sent = false;
    try {
      door.send(packet, descriptors);
      sent = true;
    } finally {
      if (!sent) {
        program.close();
      }
    }
    return program;
  }
}
