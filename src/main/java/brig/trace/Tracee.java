package brig.trace;

import org.jspecify.annotations.Nullable;

/** One traced thread. Touched by the tracing thread only. */
final class Tracee {
  final int tid;

  /** Its process. */
  int pid;

  String program;

  /** It stops at every call, and not only where its filter says so. */
  final boolean everyCall;

  /** The call that it is in, when that is one of the traced. */
  @Nullable PendingCall pending;

  /** The call at which its warden has seen it, whose end it wants to hear of. */
  @Nullable Caught caught;

  /** At this stop calls were made in its name. */
  boolean injected;

  /** It has not executed its program yet. */
  boolean atGate;

  /** It dies with the tracer. */
  boolean killedAtEnd;

  @Nullable String root;
  int rootEpoch;

  Tracee(int tid, int pid, String program, boolean everyCall) {
    this.tid = tid;
    this.pid = pid;
    this.program = program;
    this.everyCall = everyCall;
  }
}
