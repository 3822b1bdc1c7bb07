package brig.hole.run;

import brig.hole.door.Loop;
import brig.launch.child.Child;
import brig.linux.Epoll;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Pidfd;
import brig.linux.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One program that runs: it is fed, what it says is passed on, and it is ended with all that it
 * started. For the loop's thread alone.
 */
final class StepRun {
  /** After its end, what it has started may say a last word. */
  private static final long GRACE_MILLIS = 1000;

  private static final long SWEEP_MILLIS = 5;
  private static final int PIECE = 32 * 1024;

  /** Who is told. */
  interface Listener {
    void output(byte[] bytes);

    void errors(byte[] bytes);

    /** It and all that it started is gone. */
    void ended(Pidfd.Ending ending, Why why);
  }

  /** Why it ended. */
  enum Why {
    BY_ITSELF,
    TIMEOUT,
    TRUNCATED,
    KILLED
  }

  private final Loop loop;
  private final Child child;
  private final Listener listener;
  private final byte[] buffer;
  private final Mouth output;
  private final Mouth errors;
  private final byte[] input;
  private @Nullable Fd feed;
  private Loop.@Nullable Watch feeding;
  private int fed;
  private Loop.@Nullable Watch end;
  private Loop.@Nullable Timer deadline;
  private Loop.@Nullable Timer grace;
  private Pidfd.@Nullable Ending ending;
  private Why why = Why.BY_ITSELF;
  private long left;
  private boolean halted;
  private boolean over;

  /**
   * Begins to see to it.
   *
   * @param pipes its ends here; they are this object's from now on
   * @param input what is still to be fed from {@code fed} on
   */
  StepRun(
      Loop loop,
      Child child,
      Pipes pipes,
      byte[] input,
      int fed,
      long mostOutput,
      byte[] buffer,
      Listener listener) {
    this.loop = loop;
    this.child = child;
    this.listener = listener;
    this.buffer = buffer;
    this.input = input;
    this.fed = fed;
    this.feed = pipes.feed();
    this.left = mostOutput;
    this.output = new Mouth(pipes.output(), true);
    this.errors = new Mouth(pipes.errors(), false);
  }

  /** The listener's ends of the child's descriptors; null: there is no pipe. */
  record Pipes(@Nullable Fd feed, @Nullable Fd output, @Nullable Fd errors) {
    void close() {
      for (Fd fd : new Fd[] {feed, output, errors}) {
        if (fd != null) {
          fd.close();
        }
      }
    }
  }

  void begin(long millis) throws LinuxException {
    end = loop.watch(child.process().fd(), Epoll.IN, new EndSource());
    output.open();
    errors.open();
    if (feed != null) {
      feeding = loop.watch(feed, Epoll.OUT, new FeedSource());
    }
    deadline =
        loop.after(
            millis,
            () -> {
              deadline = null;
              kill(Why.TIMEOUT);
            });
  }

  /** Ends it; the listener is told when it is gone. */
  void kill(Why because) {
    if (over || ending != null) {
      return;
    }
    if (why == Why.BY_ITSELF) {
      why = because;
    }
    try {
      child.kill();
    } catch (LinuxException e) {
      // it is swept again when its end is seen
    }
  }

  /** Whether what it says is to wait. */
  void halt(boolean wait) {
    if (!over && wait != halted) {
      halted = wait;
      output.interest();
      errors.interest();
    }
  }

  private final class EndSource implements Loop.Source {
    @Override
    public void ready(int events) throws LinuxException {
      if (end != null) {
        end.end();
        end = null;
      }
      ending = child.reap();
      if (deadline != null) {
        deadline.cancel();
        deadline = null;
      }
      stopFeeding();
      if (why != Why.BY_ITSELF) {
        finish();
        return;
      }
      // What it said before its end is in the pipes by now.
      output.drain();
      errors.drain();
      if (!over && ending != null && grace == null) {
        finishWhenSilent();
        if (!over) {
          grace = loop.after(GRACE_MILLIS, StepRun.this::finish);
        }
      }
    }

    @Override
    public void failed(Exception because) {
      finish();
    }
  }

  private void finishWhenSilent() {
    if (ending != null && output.isClosed() && errors.isClosed()) {
      finish();
    }
  }

  private void finish() {
    if (over) {
      return;
    }
    over = true;
    if (grace != null) {
      grace.cancel();
    }
    output.close();
    errors.close();
    stopFeeding();
    sweep();
  }

  private void sweep() {
    boolean gone;
    try {
      gone = child.tryEnd();
    } catch (LinuxException e) {
      gone = false;
    }
    Pidfd.Ending known = ending;
    if (!gone || known == null) {
      loop.after(SWEEP_MILLIS, this::sweep);
      return;
    }
    listener.ended(known, why);
  }

  private final class FeedSource implements Loop.Source {
    @Override
    public void ready(int events) throws LinuxException {
      Fd to = feed;
      if (to == null) {
        return;
      }
      while (fed < input.length) {
        int count = Stream.write(to, input, fed, input.length - fed);
        if (count == Stream.LATER) {
          return;
        }
        fed += count;
      }
      stopFeeding();
    }

    @Override
    public void failed(Exception because) {
      stopFeeding(); // EPIPE: it does not read what it is given
    }
  }

  private void stopFeeding() {
    if (feeding != null) {
      feeding.end();
      feeding = null;
    }
    if (feed != null) {
      feed.close();
      feed = null;
    }
  }

  /** A pipe that the program writes to. */
  private final class Mouth implements Loop.Source {
    private @Nullable Fd fd;
    private final boolean isOutput;
    private Loop.@Nullable Watch watch;

    Mouth(@Nullable Fd fd, boolean isOutput) {
      this.fd = fd;
      this.isOutput = isOutput;
    }

    void open() throws LinuxException {
      if (fd != null) {
        watch = loop.watch(fd, Epoll.IN, this);
      }
    }

    boolean isClosed() {
      return fd == null;
    }

    void interest() {
      try {
        if (watch != null) {
          watch.interest(halted ? 0 : Epoll.IN);
        } else if (!halted) {
          open();
        }
      } catch (LinuxException e) {
        failed(e);
      }
    }

    @Override
    public void ready(int events) throws LinuxException {
      if (halted && ending == null) {
        // The other end is closed, and that is told whether one asks or not.
        if (watch != null) {
          watch.end();
          watch = null;
        }
        return;
      }
      read();
      finishWhenSilent();
    }

    /** Reads all that is there. */
    void drain() throws LinuxException {
      int before;
      do {
        before = Math.toIntExact(Math.min(left, Integer.MAX_VALUE));
        read();
      } while (!isClosed() && before != Math.min(left, Integer.MAX_VALUE));
    }

    private void read() throws LinuxException {
      Fd from = fd;
      if (from == null || over) {
        return;
      }
      int count = Stream.read(from, buffer, 0, Math.min(buffer.length, PIECE));
      if (count == Stream.LATER) {
        return;
      }
      if (count == Stream.END) {
        close();
        return;
      }
      int allowed = (int) Math.min(count, left);
      left -= allowed;
      if (allowed > 0) {
        byte[] bytes = new byte[allowed];
        System.arraycopy(buffer, 0, bytes, 0, allowed);
        if (isOutput) {
          listener.output(bytes);
        } else {
          listener.errors(bytes);
        }
      }
      if (allowed < count) {
        close();
        if (ending != null) {
          why = Why.TRUNCATED;
        }
        kill(Why.TRUNCATED);
      }
    }

    void close() {
      if (watch != null) {
        watch.end();
        watch = null;
      }
      if (fd != null) {
        fd.close();
        fd = null;
      }
    }

    @Override
    public void failed(Exception because) {
      close();
      finishWhenSilent();
    }
  }
}
