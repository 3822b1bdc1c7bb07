package brig.trace;

import brig.linux.Pidfd;

/**
 * Hears what the tracer sees, on the tracing thread: the tracee, and sooner or later all others,
 * wait until it returns.
 */
public interface Follower {
  /** A call has returned. */
  void called(TraceEvent event);

  /** A process is traced from now on: started by another, or attached to. */
  default void began(int pid, String program) {}

  /** A process is no more. */
  default void ended(int pid, Pidfd.Ending ending) {}

  /**
   * Something that the person should know about what is told, or not told.
   *
   * @param text a sentence without its full stop, in lower case
   */
  default void noted(String text) {}
}
