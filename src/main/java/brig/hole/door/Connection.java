package brig.hole.door;

import brig.hole.wire.ClientFrame;
import brig.hole.wire.End;
import brig.hole.wire.Frame;
import brig.hole.wire.FrameDecoder;
import brig.hole.wire.Reason;
import brig.hole.wire.Request;
import brig.hole.wire.RequestReader;
import brig.hole.wire.ServerFrame;
import brig.hole.wire.WireException;
import brig.linux.Epoll;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Stream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** One client of the socket, and its one call. */
final class Connection implements Loop.Source, Reply {

  private final Loop loop;
  private final Fd fd;
  private final Caller caller;
  private final SocketDoor door;
  private final Outbox outbox = new Outbox();
  private @Nullable FrameDecoder decoder;
  private @Nullable RequestReader reader;
  private Loop.@Nullable Watch watch;
  private Loop.@Nullable Timer deadline;
  private Desk.@Nullable Client client;
  private long held;
  private boolean answered;
  private boolean ending;
  private boolean flushing;
  private boolean readEnded;
  private boolean closed;

  Connection(Loop loop, Fd fd, Caller caller, SocketDoor door) {
    this.loop = loop;
    this.fd = fd;
    this.caller = caller;
    this.door = door;
  }

  void begin() throws LinuxException {
    watch = loop.watch(fd, Epoll.IN | Epoll.READ_HANGUP, this);
    deadline = loop.after(door.limits.requestMillis(), this::requestTooSlow);
    read(); // most clients have said all by now
  }

  @Override
  public void ready(int events) throws LinuxException {
    if ((events & (Epoll.HANGUP | Epoll.ERROR)) != 0 && (answered || readEnded)) {
      gone();
      return;
    }
    if ((events & Epoll.OUT) != 0) {
      flush();
    }
    if (!closed && (events & (Epoll.IN | Epoll.READ_HANGUP | Epoll.HANGUP)) != 0) {
      read();
    }
  }

  private void read() throws LinuxException {
    while (!closed && !readEnded) {
      byte[] buffer = door.buffer;
      int count = Stream.read(fd, buffer, 0, buffer.length);
      if (count == Stream.LATER) {
        return;
      }
      if (count == Stream.END) {
        ended();
        return;
      }
      if (!ending) {
        take(ByteBuffer.wrap(buffer, 0, count), count);
      }
      if (count < buffer.length) {
        return; // what comes later is told anew
      }
    }
  }

  /** A client may end its half once it has said all; before that, nothing of it is run. */
  private void ended() throws LinuxException {
    readEnded = true;
    if (!answered) {
      if (held > 0 || decoder != null) {
        door.desk.misbehaved(caller, "a request that was never finished");
      }
      close();
    } else {
      interest();
    }
  }

  private void take(ByteBuffer bytes, int count) {
    if (!answered) {
      if (!door.hold(count)) {
        finish(End.of(Reason.BUSY));
        return;
      }
      held += count;
    }
    FrameDecoder frames = decoder;
    RequestReader request = reader;
    if (frames == null || request == null) {
      frames = new FrameDecoder();
      request = new RequestReader(door.limits.caps());
      decoder = frames;
      reader = request;
    }
    try {
      Frame frame;
      while (!ending && (frame = frames.next(bytes)) != null) {
        request.accept(ClientFrame.of(frame));
        Request whole = request.request();
        if (whole != null && !answered) {
          accepted(whole);
        }
      }
      if (request.isCancelled() && client != null && !ending) {
        client.cancel();
      }
    } catch (WireException e) {
      door.desk.misbehaved(caller, e.error().text());
      if (client != null) {
        client.left();
        client = null;
      }
      finish(End.of(Reason.PROTOCOL).saying(e.error().text()));
    }
  }

  private void accepted(Request whole) {
    answered = true;
    if (deadline != null) {
      deadline.cancel();
      deadline = null;
    }
    Desk.Client taken = door.desk.call(whole, caller, this);
    if (!ending) {
      client = taken;
    }
  }

  private void requestTooSlow() {
    deadline = null;
    door.desk.misbehaved(caller, "a request that took too long");
    finish(End.of(Reason.TIMEOUT).saying("the request took too long"));
  }

  @Override
  public void send(ServerFrame frame) {
    if (closed || ending) {
      return;
    }
    if (frame instanceof ServerFrame.Ending) {
      ending = true;
      client = null;
    }
    outbox.add(frame.frame().encoded());
    if (!flushing) {
      flushing = true;
      loop.atEnd(this::flushOrClose);
    }
  }

  private void finish(End end) {
    send(new ServerFrame.Ending(end));
  }

  @Override
  public boolean isFull() {
    return outbox.isFull(door.limits.buffered());
  }

  private void flushOrClose() {
    flushing = false;
    if (closed) {
      return;
    }
    try {
      flush();
    } catch (LinuxException e) {
      failed(e);
    }
  }

  private void flush() throws LinuxException {
    boolean some = outbox.writeTo(fd);
    if (outbox.isEmpty()) {
      if (deadline != null && answered) {
        deadline.cancel();
        deadline = null;
      }
      if (ending) {
        close();
        return;
      }
    } else if (deadline == null || some) {
      if (deadline != null) {
        deadline.cancel();
      }
      deadline = loop.after(door.limits.replyMillis(), this::replyTooSlow);
    }
    interest();
    if (client != null && outbox.hasDrained(door.limits.buffered())) {
      client.drained();
    }
  }

  private void replyTooSlow() {
    deadline = null;
    door.desk.misbehaved(caller, "an answer that nobody reads");
    gone();
  }

  private void interest() throws LinuxException {
    if (watch != null) {
      watch.interest(
          (readEnded ? 0 : Epoll.IN | Epoll.READ_HANGUP) | (outbox.isEmpty() ? 0 : Epoll.OUT));
    }
  }

  @Override
  public void failed(Exception why) {
    gone();
  }

  private void gone() {
    Desk.Client was = client;
    client = null;
    close();
    if (was != null) {
      was.left();
    }
  }

  void closeIfIdle() {
    if (!answered) {
      close();
    }
  }

  private void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (deadline != null) {
      deadline.cancel();
      deadline = null;
    }
    if (watch != null) {
      watch.end();
    }
    fd.close();
    door.letGo(held);
    held = 0;
    door.gone(this, caller.uid());
  }
}
