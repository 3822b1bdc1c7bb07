package brig.learn;

import brig.linux.Errno;
import brig.trace.Access;
import org.jspecify.annotations.Nullable;

/**
 * One path that the service asked for, in one way, however often.
 *
 * @param path as the service means it, absolute, links not followed
 * @param by the program that asked first, by its path as the service sees it
 * @param call the first call
 * @param error the answer; null: it got what it wanted
 * @param foundAt where the same search succeeded later, when each time one did; else null
 */
record Asked(
    String path,
    String by,
    String call,
    Access access,
    @Nullable Errno error,
    @Nullable String foundAt) {

  boolean got() {
    return error == null;
  }

  /** The answer was that there is no such thing. */
  boolean absent() {
    return error == Errno.ENOENT || error == Errno.ENOTDIR;
  }

  /** It was to be made or changed. */
  boolean writes() {
    return switch (access) {
      case WRITE, CHANGE, BIND -> true;
      case READ, LIST, EXECUTE, LOOK, ENTER, ROOT, MOUNT, WATCH, CONNECT, SEND, UNSEEN -> false;
    };
  }
}
