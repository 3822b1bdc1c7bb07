package brig.launch.child;

import brig.linux.ChildCalls;
import brig.linux.LinuxException;
import brig.linux.Pidfd;
import brig.linux.Signal;
import org.jspecify.annotations.Nullable;

/**
 * A child that runs, and all that it starts. Not for several threads at once.
 *
 * <p>No thread need wait: {@link Pidfd#fd} of {@link #process} is readable when the program has
 * ended, and then {@link #reap} tells how. What it left behind is ended by {@link #tryEnd} or
 * {@link #close}.
 */
public final class Child implements AutoCloseable {
  private final Pidfd process;
  private final Pen pen;
  private final Children children;
  private @Nullable ChildCalls begun;
  private @Nullable LinuxException notStarted;
  private Pidfd.@Nullable Ending ending;
  private boolean done;

  /**
   * One that was born.
   *
   * @param begun what it works through, perhaps still; null: it has become its program
   */
  Child(Pidfd process, Pen pen, Children children, @Nullable ChildCalls begun) {
    this.process = process;
    this.pen = pen;
    this.children = children;
    this.begun = begun;
  }

  public int pid() {
    return process.pid();
  }

  public Pidfd process() {
    return process;
  }

  /**
   * Waits for the program's end.
   *
   * @param millis how long at most; negative: for ever
   * @return null when it still runs
   */
  public Pidfd.@Nullable Ending await(long millis) throws LinuxException {
    return ending != null || process.awaitEnd(millis) ? reap() : null;
  }

  /** How the program ended; waits for it. */
  public Pidfd.Ending reap() throws LinuxException {
    Pidfd.Ending known = ending;
    if (known == null) {
      known = process.reap();
      ending = known;
      if (begun != null) {
        notStarted = begun.failure();
        begun.close();
        begun = null;
      }
    }
    return known;
  }

  /**
   * Why it never became its program, of one that was not waited for and has been reaped; null: it
   * did, or was killed before.
   */
  public @Nullable LinuxException notStarted() {
    return notStarted;
  }

  /** Asks its first process group to end. */
  public void terminate() throws LinuxException {
    if (ending == null) {
      process.signalGroup(Signal.SIGTERM);
    }
  }

  /** Kills it and all that it started, wherever in the tree and in whatever session. */
  public void kill() throws LinuxException {
    if (ending == null) {
      process.signal(Signal.SIGKILL);
    }
    pen.killAll(process.pid());
  }

  /**
   * Ends all that is left, without waiting.
   *
   * @return false: something is still about to die; call it again
   */
  public boolean tryEnd() throws LinuxException {
    if (done) {
      return true;
    }
    if (ending == null) {
      process.signal(Signal.SIGKILL);
      if (!process.awaitEnd(0)) {
        pen.killAll(process.pid());
        return false;
      }
      reap();
    }
    if (!pen.empty(process.pid())) {
      pen.killAll(process.pid());
      if (!pen.empty(process.pid())) {
        return false;
      }
    }
    done = true;
    process.close();
    children.release(pen);
    return true;
  }

  /**
   * Ends all that is left, and waits until it is gone.
   *
   * @throws LinuxException EBUSY when even SIGKILL did not end it within ten seconds
   */
  @Override
  public void close() throws LinuxException {
    Patience patience = new Patience("end what it started", "/proc/" + pid());
    while (!tryEnd()) {
      patience.wait1();
    }
  }
}
