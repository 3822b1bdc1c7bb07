package brig.hole.door;

import brig.hole.wire.Request;

/** Where requests are taken to. All of it happens on the loop's thread. */
public interface Desk {
  /**
   * Takes a whole request. The desk sends its answers to {@code reply}, an ending last, now or
   * later.
   *
   * @return what is told of the client from now on
   */
  Client call(Request request, Caller caller, Reply reply);

  /**
   * How many input sections a job has that the FIFO door is open to; -1: there is none of that
   * name, or it is not open.
   */
  int sectionsByFifo(String job);

  /** Something that a client did which nobody should: for counters and the log. */
  void misbehaved(Caller caller, String what);

  /** What becomes of a client while its call goes on. */
  interface Client {
    /** It wants the end. */
    void cancel();

    /** It is gone: what is sent is lost. */
    void left();

    /** What was sent has been taken: {@link Reply#isFull} is false again. */
    void drained();
  }
}
