package brig.trace;

import org.jspecify.annotations.Nullable;

/** A traced call that has begun: what its arguments said before the kernel did it. */
record PendingCall(
    CallShape shape,
    Access access,
    String asked,
    @Nullable String path,
    @Nullable String root,
    @Nullable String second,
    @Nullable String address,
    @Nullable String protocol) {

  PendingCall(
      CallShape shape,
      Access access,
      String asked,
      @Nullable String path,
      @Nullable String root,
      @Nullable String second,
      @Nullable String address) {
    this(shape, access, asked, path, root, second, address, null);
  }

  TraceEvent ended(Tracee tracee, String program, long result) {
    String known = path;
    if (shape.special() == CallShape.Special.RESULT && result >= 0) {
      known = Places.directory(tracee.tid, (int) result);
    }
    return new TraceEvent(
        tracee.pid,
        tracee.tid,
        program,
        shape.name(),
        access,
        asked,
        known,
        root,
        second,
        address,
        protocol,
        result);
  }
}
