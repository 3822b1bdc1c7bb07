package brig.hole.door;

import brig.hole.wire.Bytes;
import brig.hole.wire.FifoCall;
import brig.hole.wire.FifoLines;
import brig.hole.wire.WireException;
import brig.linux.Epoll;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Stream;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;

/**
 * The pipes of version 1: a line {@code JOB REPLY-ID} comes through one pipe, the input and the
 * answer go through pipes that the client has made in a directory.
 */
public final class FifoDoor implements Loop.Source {
  private static final int MOST = 256;

  private final Loop loop;
  private final Fd pipe;
  private final Fd directory;
  private final Set<Integer> owners;
  private final DoorLimits limits;
  private final Desk desk;
  private final Loop.Watch watch;
  private final FifoLines lines = new FifoLines();
  private final Set<FifoExchange> open = new HashSet<>();
  private final Set<String> replies = new HashSet<>();
  private final byte[] buffer = new byte[64 * 1024];
  private long dropped;
  private boolean closed;

  /**
   * Opens the door.
   *
   * @param pipe open for reading and writing, so that it never ends; this door's from now on
   * @param directory where clients make their pipes; likewise
   * @param owners the users whose pipes are believed
   */
  public FifoDoor(
      Loop loop, Fd pipe, Fd directory, Set<Integer> owners, DoorLimits limits, Desk desk)
      throws LinuxException {
    this.loop = loop;
    this.pipe = pipe;
    this.directory = directory;
    this.owners = Set.copyOf(owners);
    this.limits = limits;
    this.desk = desk;
    this.watch = loop.watch(pipe, Epoll.IN, this);
  }

  @Override
  public void ready(int events) throws LinuxException {
    int count = Stream.read(pipe, buffer, 0, buffer.length);
    if (count <= 0) {
      return;
    }
    ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, count);
    Bytes line;
    while ((line = lines.next(bytes)) != null) {
      take(line);
    }
    while (dropped < lines.dropped()) {
      dropped++;
      desk.misbehaved(Caller.UNKNOWN, "a line of more than " + FifoCall.MAX_LINE + " bytes");
    }
  }

  private void take(Bytes line) {
    FifoCall call;
    try {
      call = FifoCall.parse(line);
    } catch (WireException e) {
      desk.misbehaved(Caller.UNKNOWN, e.error().text());
      return;
    }
    if (open.size() >= MOST || !replies.add(call.reply())) {
      desk.misbehaved(Caller.UNKNOWN, "too many calls, or two for one reply");
      return;
    }
    FifoExchange exchange = new FifoExchange(loop, call, this);
    open.add(exchange);
    exchange.begin();
  }

  void gone(FifoExchange exchange, String reply) {
    if (open.remove(exchange)) {
      replies.remove(reply);
    }
  }

  Fd directory() {
    return directory;
  }

  boolean owns(int uid) {
    return owners.contains(uid);
  }

  DoorLimits limits() {
    return limits;
  }

  Desk desk() {
    return desk;
  }

  byte[] buffer() {
    return buffer;
  }

  @Override
  public void failed(Exception why) {
    desk.misbehaved(Caller.UNKNOWN, "the pipe: " + why.getMessage());
  }

  /** How many calls go on. */
  public int calls() {
    return open.size();
  }

  /** Takes no more lines; calls that are there go on. */
  public void close() {
    if (!closed) {
      closed = true;
      watch.end();
      pipe.close();
    }
  }

  /** To be called when no call is left. */
  public void closeDirectory() {
    directory.close();
  }
}
