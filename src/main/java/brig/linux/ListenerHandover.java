package brig.linux;

import org.jspecify.annotations.Nullable;

/**
 * Where the thread that has put up a filter leaves the filter's listener for the one that will
 * answer (see {@link SeccompListener}).
 */
public final class ListenerHandover {
  private @Nullable Fd listener;
  private boolean ended;

  public synchronized void give(Fd fd) {
    listener = fd;
    notifyAll();
  }

  /** The giving thread is through; what it has not given by now will not come. */
  public synchronized void end() {
    ended = true;
    notifyAll();
  }

  /** Waits for it; null when the giving thread has ended without one. */
  public synchronized @Nullable Fd await() {
    boolean interrupted = false;
    while (listener == null && !ended) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return listener;
  }
}
