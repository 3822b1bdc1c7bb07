package brig.hole.http;

import brig.linux.ThreadStatus;
import java.util.List;

/** What must be so of every thread that serves. */
final class HttpCheck {
  private HttpCheck() {}

  /** What is otherwise; empty: nothing. */
  static String wrong(ThreadStatus status, int uid, int gid) {
    if (!status.uids().equals(List.of(uid, uid, uid, uid))) {
      return "has uids " + status.uids();
    }
    if (!status.gids().equals(List.of(gid, gid, gid, gid)) || !status.groups().isEmpty()) {
      return "has gids " + status.gids() + " and groups " + status.groups();
    }
    long capabilities =
        status.permitted()
            | status.effective()
            | status.inheritable()
            | status.ambient()
            | status.bounding();
    if (capabilities != 0) {
      return "has capabilities " + Long.toHexString(capabilities);
    }
    if (!status.noNewPrivileges()) {
      return "could get new privileges";
    }
    return status.seccomp() == 2 ? "" : "has no filter of system calls";
  }
}
