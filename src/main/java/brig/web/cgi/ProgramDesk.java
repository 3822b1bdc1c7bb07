package brig.web.cgi;

import brig.launch.Walls;
import brig.launch.child.Child;
import brig.launch.child.ChildOrder;
import brig.launch.child.ChildOrder.Identity;
import brig.launch.child.Children;
import brig.linux.Epoll;
import brig.linux.Errno;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.PacketSocket;
import brig.linux.Pidfd;
import brig.linux.Stat;
import brig.report.Printable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The parent's side of a worker's programs: starts them, each confined from its birth, and ends
 * them with all that they have started. The worker has no privileges, and may have been taken over;
 * it gets programs of the configured places run, as the configuration says, and nothing else.
 *
 * <p>One thread does it all; nothing it does waits for a program.
 */
public final class ProgramDesk implements AutoCloseable {
  private static final long DOOR = 1L << 40;
  private static final int STEP_MILLIS = 250;
  private static final int UMASK = 022;

  private final List<CgiPlace> places;
  private final List<Walls> walls;
  private final Fd jail;
  private final PacketSocket door;
  private final Children children;
  private final Consumer<String> errors;
  private final Epoll epoll;
  private final Map<Integer, Running> running = new HashMap<>();
  private final List<Child> ending = new ArrayList<>();
  private final int[] counts;
  private long nextLook;
  private volatile boolean stopped;

  private record Running(Child child, int place, String script, long deadline) {}

  /**
   * @param root the directory that becomes a program's root; empty: none, as without a jail
   * @param walls around the programs of each place; empty: none
   * @param door the worker is at its other end
   * @param errors lines for the error log
   */
  public ProgramDesk(
      List<CgiPlace> places,
      String root,
      List<Walls> walls,
      PacketSocket door,
      Children children,
      Consumer<String> errors)
      throws LinuxException {
    this.places = List.copyOf(places);
    this.walls = List.copyOf(walls);
    this.jail = Fd.open(root.isEmpty() ? "/" : root, Fd.O_PATH | Fd.O_DIRECTORY);
    this.door = door;
    this.children = children;
    this.errors = errors;
    this.epoll = Epoll.open();
    this.counts = new int[places.size()];
    epoll.add(door.fd(), Epoll.IN, DOOR);
  }

  /** Serves until the worker is gone; then ends what still runs. */
  public void serve() throws LinuxException {
    boolean open = true;
    while (open) {
      boolean idle = running.isEmpty() && ending.isEmpty();
      int count = epoll.await(idle ? -1 : STEP_MILLIS);
      open = !stopped;
      for (int i = 0; i < count && open; i++) {
        long token = epoll.token(i);
        if (token == Epoll.WOKEN) {
          epoll.woken();
        } else if (token == DOOR) {
          open = hear();
        } else {
          ended((int) token);
        }
      }
      if (!idle && System.nanoTime() - nextLook >= 0) {
        nextLook = System.nanoTime() + STEP_MILLIS * 1_000_000L;
        look();
      }
    }
  }

  /** Ends it from another thread. */
  public void stop() throws LinuxException {
    stopped = true;
    epoll.wake();
  }

  private boolean hear() throws LinuxException {
    PacketSocket.Packet packet = door.receive();
    if (packet == null) {
      return false;
    }
    try {
      DoorMessage message = DoorWire.decode(packet.bytes());
      switch (message) {
        case DoorMessage.Start start -> start(start, packet.descriptors());
        case DoorMessage.Stop(int id) -> stop(id);
        case DoorMessage.Ended _ -> {
          return strange();
        }
        case null -> {
          return strange();
        }
      }
      return true;
    } finally {
      packet.descriptors().forEach(Fd::close);
    }
  }

  private boolean strange() {
    errors.accept(
        "a worker asked for a program in a way that no worker does: it gets none any more");
    return false;
  }

  private void start(DoorMessage.Start start, List<Fd> descriptors) throws LinuxException {
    if (start.place() >= places.size()
        || running.containsKey(start.id())
        || !arePipes(descriptors)) {
      tell(start.id(), DoorMessage.Reason.FAILED, "this is not how a program is asked for");
      return;
    }
    CgiPlace place = places.get(start.place());
    if (counts[start.place()] >= place.most()) {
      tell(start.id(), DoorMessage.Reason.BUSY, "all programs of its place run already");
      return;
    }
    String path = place.single() ? place.path() : join(place.path(), start.script());
    try {
      if (place.single() != start.script().isEmpty()) {
        throw new ScriptFile.Refused(DoorMessage.Reason.ABSENT, path + " is not named");
      }
      Stat file = ScriptFile.look(jail, path, place);
      Child child =
          children.start(
              order(place, path, file, start),
              descriptors.get(0),
              descriptors.get(1),
              descriptors.get(2));
      long deadline = System.nanoTime() + place.millis() * 1_000_000;
      running.put(start.id(), new Running(child, start.place(), path, deadline));
      counts[start.place()]++;
      epoll.add(child.process().fd(), Epoll.IN, start.id() & 0xFFFFFFFFL);
    } catch (ScriptFile.Refused e) {
      tell(start.id(), e.reason(), String.valueOf(e.getMessage()));
    } catch (LinuxException e) {
      boolean busy = !Children.programFailed(e) && e.errno() == Errno.EAGAIN;
      DoorMessage.Reason reason = busy ? DoorMessage.Reason.BUSY : DoorMessage.Reason.FAILED;
      tell(start.id(), reason, path + " could not be started: " + e.getMessage());
    }
  }

  private static String join(String directory, String script) {
    return directory.equals("/") ? script : directory + script;
  }

  private static boolean arePipes(List<Fd> descriptors) throws LinuxException {
    boolean pipes = descriptors.size() == 3;
    for (Fd fd : descriptors) {
      pipes &= fd.stat().type() == Stat.S_IFIFO;
    }
    return pipes;
  }

  private ChildOrder order(CgiPlace place, String path, Stat file, DoorMessage.Start start) {
    List<String> argv = new ArrayList<>();
    argv.add(path);
    argv.addAll(place.arguments());
    argv.addAll(start.words());
    Map<String, String> environment = new HashMap<>(place.set());
    environment.putAll(start.variables());
    int slash = path.lastIndexOf('/');
    Identity identity =
        place.asOwner() ? new Identity.As(file.uid(), file.gid(), List.of()) : place.identity();
    return new ChildOrder(
        argv,
        environment,
        slash == 0 ? "/" : path.substring(0, slash),
        walls.isEmpty() ? null : walls.get(start.place()),
        identity,
        place.limits(),
        UMASK,
        true); // the thread is the desk's own: when this process is killed, programs are too
  }

  private void stop(int id) throws LinuxException {
    Running stopped = running.get(id);
    if (stopped != null) {
      stopped.child().kill();
    }
  }

  private void ended(int id) throws LinuxException {
    Running over = running.remove(id);
    if (over == null) {
      return;
    }
    counts[over.place()]--;
    // Closing it would not: a child that is born at this moment has a copy of it for a while, and
    // as long as that is open the kernel goes on telling (epoll(7), "Questions and answers").
    epoll.remove(over.child().process().fd());
    Pidfd.Ending how = over.child().reap();
    if (!how.exited()) {
      tell(id, DoorMessage.Reason.KILLED, over.script() + " " + how.text());
    }
    end(over.child());
  }

  /** What it has left behind goes with it. */
  private void end(Child child) throws LinuxException {
    if (!child.tryEnd()) {
      ending.add(child);
    }
  }

  private void look() throws LinuxException {
    long now = System.nanoTime();
    for (Map.Entry<Integer, Running> entry : running.entrySet()) {
      Running late = entry.getValue();
      if (now - late.deadline() >= 0) {
        // Said before it is done: whoever reads the end of its output knows then what it was.
        tell(entry.getKey(), DoorMessage.Reason.LATE, late.script() + " ran too long");
        late.child().kill();
      }
    }
    for (Iterator<Child> left = ending.iterator(); left.hasNext(); ) {
      if (left.next().tryEnd()) {
        left.remove();
      }
    }
  }

  private void tell(int id, DoorMessage.Reason reason, String why) throws LinuxException {
    byte[] packet = DoorWire.encode(new DoorMessage.Ended(id, reason, Printable.text(why)));
    if (packet != null) {
      door.send(packet);
    }
  }

  @Override
  public void close() throws LinuxException {
    for (Running left : running.values()) {
      left.child().kill();
    }
    for (Running left : running.values()) {
      left.child().close();
    }
    for (Child left : ending) {
      left.close();
    }
    epoll.close();
    jail.close();
    door.close();
  }
}
