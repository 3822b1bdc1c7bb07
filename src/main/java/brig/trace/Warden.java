package brig.trace;

/**
 * Decides what becomes of traced threads at the calls that a filter of its own names ({@link
 * TracedProgram#guarded}). Called on the tracing thread; the thread in question stands still, and
 * all others are not heard, until it returns.
 */
public interface Warden {
  /** How a thread goes on. */
  enum Answer {
    GO_ON,
    /** The same, and {@link #returned} hears of the call's end. */
    TELL_RETURN
  }

  /** A thread is about to make one of the calls. */
  Answer beginning(Caught thread);

  /**
   * Such a call has been made, and its thread has not gone on yet.
   *
   * @param result a negated errno from -4095 to -1 when it failed
   */
  default void returned(Caught thread, long result) {}

  /**
   * Whether what this thread asks for is told to the {@link Follower}, where the tracer was {@link
   * Tracer#telling started} for it. Called after {@link #beginning}.
   */
  default boolean isWatched(Caught thread) {
    return false;
  }

  /**
   * A thread gets a signal, and goes on already.
   *
   * @param thread stands at no call
   */
  default void signalled(Caught thread, int signal) {}

  /** A thread executes another program, and has not begun it yet. */
  default void executed(Caught thread) {}
}
