package brig.hole.door;

import brig.hole.wire.End;
import brig.hole.wire.FifoCall;
import brig.hole.wire.Names;
import brig.hole.wire.Reason;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Stream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Clients of an earlier listener, which was killed before it had answered: they stand at their
 * pipes, where nobody would come any more. For a while they are looked for, and told that their
 * call was interrupted. Who comes with a call of that name meanwhile is told the same.
 */
final class LeftWaiting {
  private static final long FIRST_LOOK_MILLIS = 200;
  private static final long LOOK_AGAIN_MILLIS = 50;
  private static final int LOOKS = 100;
  private static final int MOST = 1000;

  private final Loop loop;
  private final FifoDoor door;
  private final Map<String, Left> waiting = new HashMap<>();
  private final Set<String> told = new HashSet<>();
  private Loop.@Nullable Timer next;
  private int looks;

  /** How far one is: it writes its input, reads the answer, then the end. */
  private static final class Left {
    private @Nullable Fd input;
    private boolean answered;

    void close() {
      if (input != null) {
        input.close();
      }
    }
  }

  LeftWaiting(Loop loop, FifoDoor door) throws LinuxException {
    this.loop = loop;
    this.door = door;
    for (String name : door.names()) {
      if (Names.isReply(name) && !name.endsWith(FifoCall.INPUT) && !name.endsWith(FifoCall.END)) {
        waiting.put(name, new Left());
      }
      if (waiting.size() == MOST) {
        break;
      }
    }
    if (!waiting.isEmpty()) {
      next = loop.after(FIRST_LOOK_MILLIS, this::look);
    }
  }

  /** Whether the client with these pipes was told that its call is over. */
  boolean wasTold(String reply) {
    return told.contains(reply);
  }

  private void look() {
    waiting.entrySet().removeIf(one -> isDone(one.getKey(), one.getValue()));
    looks++;
    if (looks == LOOKS || (waiting.isEmpty() && told.isEmpty())) {
      close();
    } else {
      next = loop.after(LOOK_AGAIN_MILLIS, this::look);
    }
  }

  private boolean isDone(String name, Left left) {
    boolean done;
    try {
      done = door.isBusy(name) || isTold(name, left);
    } catch (LinuxException e) {
      done = true; // it has no pipe there any more, or none that is good
    }
    if (done) {
      left.close();
    }
    return done;
  }

  private boolean isTold(String name, Left left) throws LinuxException {
    if (left.input == null && !left.answered) {
      left.input = input(name);
    }
    if (!left.answered) {
      Fd answer = door.pipe(name, Fd.O_WRONLY);
      if (answer == null) {
        return false;
      }
      answer.close();
      left.answered = true;
      told.add(name);
    }
    try (Fd end = door.pipe(name + FifoCall.END, Fd.O_WRONLY)) {
      if (end == null) {
        return false;
      }
      byte[] line = (End.of(Reason.INTERRUPTED).line() + "\n").getBytes(StandardCharsets.UTF_8);
      Stream.write(end, line, 0, line.length); // less than a pipe holds
      return true;
    }
  }

  /** Who waits to write goes on as long as this is open; null: nobody does. */
  private @Nullable Fd input(String name) throws LinuxException {
    Fd input = door.pipe(name + FifoCall.INPUT, Fd.O_RDONLY);
    if (input != null && Stream.read(input, door.buffer, 0, 1) == Stream.END) {
      input.close();
      return null;
    }
    return input;
  }

  /** Looks no more. */
  void close() {
    if (next != null) {
      next.cancel();
      next = null;
    }
    waiting.values().forEach(Left::close);
    waiting.clear();
    told.clear();
  }
}
