package brig.trace;

import brig.linux.Pidfd;

/**
 * Hears what the tracer sees, on the tracing thread: the tracee, and sooner or later all others,
 * wait until it returns.
 */
public interface Follower {
  /** A call has returned. */
  void called(TraceEvent event);

  /**
   * A system call is made for the first time by anyone who is traced, whatever comes of it; told of
   * those only at which tracees stop.
   *
   * @param program that makes it
   */
  default void first(String call, String program) {}

  /**
   * A thread turns to somebody else, or waits for one: it accepts a connection, or sends or
   * receives over one. Told of those only who stop at nearly every call.
   */
  default void turned(int thread) {}

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
