package brig.hole.door;

import brig.hole.wire.End;
import brig.hole.wire.FifoCall;
import brig.hole.wire.FifoInput;
import brig.hole.wire.Reason;
import brig.hole.wire.Request;
import brig.hole.wire.ServerFrame;
import brig.hole.wire.WireException;
import brig.linux.Epoll;
import brig.linux.Errno;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Stream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One call through the pipes: the input, then the answer, then its end, each through a pipe of its
 * own. A client opens them one after the other, so each is waited for.
 */
final class FifoExchange implements Loop.Source, Reply {
  private static final long LOOK_AGAIN_MILLIS = 10;

  private final Loop loop;
  private final FifoCall call;
  private final FifoDoor door;
  private final Outbox outbox = new Outbox();
  private final Outbox last = new Outbox();
  private @Nullable FifoInput input;
  private @Nullable Fd in;
  private @Nullable Fd out;
  private Loop.@Nullable Watch watch;
  private Loop.@Nullable Timer deadline;
  private Loop.@Nullable Timer lookAgain;
  private Desk.@Nullable Client client;
  private @Nullable End end;
  private boolean answered;
  private boolean flushing;
  private boolean closed;

  FifoExchange(Loop loop, FifoCall call, FifoDoor door) {
    this.loop = loop;
    this.call = call;
    this.door = door;
  }

  /**
   * Takes the input.
   *
   * @param told the client was told already that its call is over
   */
  void begin(boolean told) {
    deadline = loop.after(door.limits.requestMillis(), () -> late("a request"));
    if (told) {
      refuse(Reason.INTERRUPTED, "");
      return;
    }
    try {
      Fd pipe = open(FifoCall.INPUT, Fd.O_RDONLY);
      if (pipe == null) {
        throw new LinuxException("open", call.reply() + FifoCall.INPUT, Errno.ENOENT);
      }
      in = pipe;
      int sections = door.desk.sectionsByFifo(call.job());
      if (sections < 0) {
        refuse(Reason.REFUSED, "");
        return;
      }
      input = new FifoInput(call.job(), sections, door.limits.caps());
      watch = loop.watch(pipe, Epoll.IN, this);
    } catch (LinuxException e) {
      door.desk.misbehaved(Caller.UNKNOWN, "a pipe that is none: " + e.getMessage());
      close();
    } catch (WireException e) {
      throw new IllegalStateException(e);
    }
  }

  private @Nullable Fd open(String suffix, int mode) throws LinuxException {
    return door.pipe(call.reply() + suffix, mode);
  }

  @Override
  public void ready(int events) throws LinuxException {
    if (!answered) {
      readInput(events);
    } else if ((events & Epoll.ERROR) != 0) {
      left();
    } else {
      flush();
    }
  }

  private void readInput(int events) throws LinuxException {
    Fd pipe = in;
    FifoInput reader = input;
    if (pipe == null || reader == null) {
      return;
    }
    byte[] buffer = door.buffer;
    while (!answered) {
      int count = Stream.read(pipe, buffer, 0, buffer.length);
      if (count == Stream.LATER) {
        return;
      }
      if (count == Stream.END) {
        if ((events & (Epoll.HANGUP | Epoll.IN)) != 0) {
          door.desk.misbehaved(Caller.UNKNOWN, "a request that was never finished");
          refuse(Reason.PROTOCOL, "the input ended before it was whole");
        }
        return;
      }
      try {
        Request request = reader.next(ByteBuffer.wrap(buffer, 0, count));
        if (request != null) {
          accepted(request);
        }
      } catch (WireException e) {
        door.desk.misbehaved(Caller.UNKNOWN, e.error().text());
        refuse(Reason.PROTOCOL, e.error().text());
      }
    }
  }

  private void accepted(Request request) {
    endInput();
    Desk.Client taken = door.desk.call(request, Caller.UNKNOWN, this);
    if (end == null && !closed) {
      client = taken;
    }
    openReply();
  }

  private void refuse(Reason reason, String message) {
    endInput();
    send(new ServerFrame.Ending(End.of(reason).saying(message)));
    openReply();
  }

  private void endInput() {
    answered = true;
    input = null;
    if (watch != null) {
      watch.end();
      watch = null;
    }
    if (in != null) {
      in.close();
      in = null;
    }
    restart("an answer");
  }

  private void restart(String what) {
    if (deadline != null) {
      deadline.cancel();
    }
    deadline = loop.after(door.limits.replyMillis(), () -> late(what));
  }

  private void openReply() {
    lookAgain = null;
    if (closed || out != null) {
      return;
    }
    try {
      Fd pipe = open("", Fd.O_WRONLY);
      if (pipe == null) {
        lookAgain = loop.after(LOOK_AGAIN_MILLIS, this::openReply);
        return;
      }
      out = pipe;
      watch = loop.watch(pipe, 0, this);
      flush();
    } catch (LinuxException e) {
      door.desk.misbehaved(Caller.UNKNOWN, "a pipe that is none: " + e.getMessage());
      left();
    }
  }

  @Override
  public void send(ServerFrame frame) {
    if (closed || end != null) {
      return;
    }
    switch (frame) {
      case ServerFrame.Output output -> outbox.add(output.bytes().array());
      case ServerFrame.Wrong wrong ->
          outbox.add(
              (wrong.field() + ": " + wrong.message() + "\n").getBytes(StandardCharsets.UTF_8));
      case ServerFrame.Ending ending -> {
        end = ending.end();
        client = null;
        last.add((ending.end().line() + "\n").getBytes(StandardCharsets.UTF_8));
      }
      // There is no way to tell these apart from the output.
      case ServerFrame.Errors e -> {}
      case ServerFrame.Started s -> {}
      case ServerFrame.Ended e -> {}
      case ServerFrame.Place p -> {}
      case ServerFrame.Fields f -> {}
      case ServerFrame.Rotated r -> {}
    }
    if (!flushing && out != null) {
      flushing = true;
      loop.atEnd(this::flushOrLeave);
    }
  }

  @Override
  public boolean isFull() {
    return outbox.isFull(door.limits.buffered());
  }

  private void flushOrLeave() {
    flushing = false;
    try {
      flush();
    } catch (LinuxException e) {
      left();
    }
  }

  private void flush() throws LinuxException {
    Fd pipe = out;
    if (closed || pipe == null) {
      return;
    }
    boolean some = outbox.writeTo(pipe);
    if (outbox.isEmpty()) {
      if (end != null) {
        endReply();
        return;
      }
      if (deadline != null) {
        deadline.cancel();
        deadline = null;
      }
    } else if (some || deadline == null) {
      restart("an answer");
    }
    if (watch != null) {
      watch.interest(outbox.isEmpty() ? 0 : Epoll.OUT);
    }
    if (client != null && outbox.hasDrained(door.limits.buffered())) {
      client.drained();
    }
  }

  private void endReply() {
    if (watch != null) {
      watch.end();
      watch = null;
    }
    if (out != null) {
      out.close();
      out = null;
    }
    restart("the end");
    tellEnd();
  }

  /** A client that has made no pipe for it does not want to know. */
  private void tellEnd() {
    lookAgain = null;
    if (closed) {
      return;
    }
    try (Fd pipe = open(FifoCall.END, Fd.O_WRONLY)) {
      if (pipe == null) {
        lookAgain = loop.after(LOOK_AGAIN_MILLIS, this::tellEnd);
        return;
      }
      last.writeTo(pipe); // less than a pipe holds
    } catch (LinuxException e) {
      if (e.errno() != Errno.ENOENT && e.errno() != Errno.EPIPE) {
        door.desk.misbehaved(Caller.UNKNOWN, "a pipe that is none: " + e.getMessage());
      }
    }
    close();
  }

  private void late(String what) {
    deadline = null;
    if (what.equals("the end")) {
      close(); // the answer was read; whoever asks no further need not
      return;
    }
    door.desk.misbehaved(Caller.UNKNOWN, what + " that took too long");
    left();
  }

  @Override
  public void failed(Exception why) {
    left();
  }

  private void left() {
    Desk.Client was = client;
    client = null;
    close();
    if (was != null) {
      was.left();
    }
  }

  private void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (watch != null) {
      watch.end();
    }
    if (deadline != null) {
      deadline.cancel();
    }
    if (lookAgain != null) {
      lookAgain.cancel();
    }
    if (in != null) {
      in.close();
    }
    if (out != null) {
      out.close();
    }
    door.gone(this, call.reply());
  }
}
