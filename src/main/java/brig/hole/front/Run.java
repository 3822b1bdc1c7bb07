package brig.hole.front;

import brig.hole.wire.Bytes;
import brig.hole.wire.ClientFrame;
import brig.hole.wire.End;
import brig.hole.wire.Reason;
import brig.hole.wire.ServerFrame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One call of a job, from when it was sent until nobody asks for its result any more. A thread of
 * its own reads what the listener says; any number of others wait for it.
 */
final class Run {
  /** How it stands. */
  enum State {
    WAITING,
    RUNNING,
    ENDED
  }

  /**
   * What there is to see.
   *
   * @param text the output from where was asked
   * @param at how much output there is in all
   * @param end null: it goes on
   */
  record View(State state, String text, int at, @Nullable End end) {}

  final String job;
  final String title;
  final String language;
  private final Listener.Call call;
  private final int cap;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final LiveText output = new LiveText();
  private final ByteArrayOutputStream json = new ByteArrayOutputStream(0);
  private State state = State.WAITING;
  private boolean begun;
  private @Nullable End end;
  private @Nullable String rotated;
  private @Nullable String owner;
  private int watchers;
  private long seen = System.nanoTime();

  Run(
      String job,
      String title,
      String language,
      @Nullable String owner,
      Listener.Call call,
      int cap) {
    this.job = job;
    this.title = title;
    this.language = language;
    this.owner = owner;
    this.call = call;
    this.cap = cap;
  }

  /** Reads until the end. */
  void follow() {
    try (call) {
      ServerFrame frame;
      while ((frame = call.next()) != null) {
        if (!take(frame)) {
          return;
        }
      }
      finish(End.of(Reason.UNAVAILABLE));
    } catch (IOException e) {
      finish(End.of(Reason.UNAVAILABLE));
    }
  }

  private boolean take(ServerFrame frame) {
    lock.lock();
    try {
      switch (frame) {
        case ServerFrame.Output(Bytes bytes) -> add(bytes);
        case ServerFrame.Errors(Bytes bytes) -> add(bytes);
        case ServerFrame.Started _ -> state = State.RUNNING;
        case ServerFrame.Fields(Bytes bytes) -> {
          if (json.size() + bytes.length() <= cap) {
            json.writeBytes(bytes.array());
          }
        }
        case ServerFrame.Rotated(String token) -> rotated = token;
        case ServerFrame.Ending(End how) -> {
          finish(how);
          return false;
        }
        case ServerFrame.Ended _, ServerFrame.Wrong _ -> {}
        case ServerFrame.Place _ -> state = State.WAITING;
      }
      begun |= !(frame instanceof ServerFrame.Wrong);
      changed.signalAll();
      if (output.length() > cap) {
        finish(End.of(Reason.TRUNCATED));
        return false;
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void add(Bytes bytes) {
    state = State.RUNNING;
    output.add(bytes.array());
  }

  private void finish(End how) {
    lock.lock();
    try {
      if (end == null) {
        output.end();
        end = how;
        state = State.ENDED;
        begun = true;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Asks the listener for the end; it tells when that has come. */
  void cancel() throws IOException {
    lock.lock();
    try {
      if (end == null) {
        call.send(List.of(new ClientFrame.Cancel()));
      }
    } finally {
      lock.unlock();
    }
  }

  /** Nobody looks any more: the listener is left alone with it. */
  void abandon() {
    call.close();
  }

  /** Waits until it has begun, or has been refused; then until the end, as long as that. */
  void awaitEnd(long millis) throws IOException {
    lock.lock();
    try {
      while (!begun) {
        changed.await();
      }
      long left = TimeUnit.MILLISECONDS.toNanos(millis);
      while (end == null && left > 0) {
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      throw new IOException("interrupted", e);
    } finally {
      lock.unlock();
    }
  }

  View view(int from) {
    lock.lock();
    try {
      seen = System.nanoTime();
      int at = Math.clamp(from, 0, output.length());
      return new View(state, output.from(at), output.length(), end);
    } finally {
      lock.unlock();
    }
  }

  /** Waits for what is new behind {@code from} or in another state, but not longer than that. */
  View await(int from, State known, long millis) throws IOException {
    lock.lock();
    try {
      long left = TimeUnit.MILLISECONDS.toNanos(millis);
      while (output.length() <= from && state == known && end == null && left > 0) {
        left = changed.awaitNanos(left);
      }
      return view(from);
    } catch (InterruptedException e) {
      throw new IOException("interrupted", e);
    } finally {
      lock.unlock();
    }
  }

  Description description() throws IOException {
    lock.lock();
    try {
      return Description.read(json.toByteArray());
    } finally {
      lock.unlock();
    }
  }

  /** The token that its visitor must hold from now on; null: the one that sent the form. */
  @Nullable String rotated() {
    lock.lock();
    try {
      return rotated;
    } finally {
      lock.unlock();
    }
  }

  /** Whether it belongs to who holds this token. */
  boolean isOf(@Nullable String token) {
    lock.lock();
    try {
      return token != null && (token.equals(owner) || token.equals(rotated));
    } finally {
      lock.unlock();
    }
  }

  /** Its visitor holds another token now. */
  void passTo(String before, String after) {
    lock.lock();
    try {
      if (before.equals(owner)) {
        owner = after;
      }
    } finally {
      lock.unlock();
    }
  }

  void watched(boolean more) {
    lock.lock();
    try {
      watchers += more ? 1 : -1;
      seen = System.nanoTime();
    } finally {
      lock.unlock();
    }
  }

  boolean isOver() {
    lock.lock();
    try {
      return end != null;
    } finally {
      lock.unlock();
    }
  }

  int size() {
    lock.lock();
    try {
      return output.length();
    } finally {
      lock.unlock();
    }
  }

  /** How long nobody has looked, in nanoseconds. */
  long unwatchedNanos() {
    lock.lock();
    try {
      return watchers > 0 ? 0 : System.nanoTime() - seen;
    } finally {
      lock.unlock();
    }
  }
}
