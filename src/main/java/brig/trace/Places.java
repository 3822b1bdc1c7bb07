package brig.trace;

import brig.linux.Fd;
import brig.linux.LinuxException;
import org.jspecify.annotations.Nullable;

/** Makes a path of a stopped process absolute, as the tracer's own root sees it. */
final class Places {
  private static final int AT_FDCWD = -100;

  /** Grows when any process may have got another root; what was noted before is asked anew. */
  private int epoch;

  void rootsMayHaveChanged() {
    epoch++;
  }

  /** The tracee's root; {@code /} when it cannot be told any more. */
  String root(Tracee tracee) {
    if (tracee.root == null || tracee.rootEpoch != epoch) {
      String link = link(tracee.tid, "/root");
      tracee.root = link == null ? "/" : link;
      tracee.rootEpoch = epoch;
    }
    return tracee.root;
  }

  /** The program that it executes; empty for a kernel thread or one that is gone. */
  static String program(int tid) {
    String link = link(tid, "/exe");
    return link == null ? "" : link;
  }

  /**
   * The path of a descriptor; null when it has none (a pipe, a socket, a bad number).
   *
   * @param descriptor AT_FDCWD: the working directory
   */
  static @Nullable String directory(int tid, int descriptor) {
    String link = link(tid, descriptor == AT_FDCWD ? "/cwd" : "/fd/" + descriptor);
    return link == null || !link.startsWith("/") ? null : link;
  }

  /** Null when it begins at a descriptor that is none. */
  @Nullable String absolute(Tracee tracee, int descriptor, String asked) {
    if (asked.startsWith("/")) {
      return below(root(tracee), asked);
    }
    String directory = directory(tracee.tid, descriptor);
    return directory == null ? null : below(directory, asked);
  }

  /** Joins a directory and a path below it, without what means nothing. */
  static String below(String directory, String asked) {
    int length = asked.length();
    StringBuilder path = new StringBuilder(directory.length() + length + 1);
    if (!directory.equals("/")) {
      path.append(directory);
    }
    boolean atRoot = asked.startsWith("/");
    int at = 0;
    while (at < length) {
      int end = asked.indexOf('/', at);
      end = end < 0 ? length : end;
      int size = end - at;
      boolean dot = size == 1 && asked.charAt(at) == '.';
      boolean up = size == 2 && asked.startsWith("..", at);
      // Above the root there is the root.
      if (size > 0 && !dot && !(up && atRoot)) {
        path.append('/').append(asked, at, end);
        atRoot = false;
      }
      at = end + 1;
    }
    return path.isEmpty() ? "/" : path.toString();
  }

  private static @Nullable String link(int tid, String what) {
    try {
      return Fd.readLink("/proc/" + tid + what);
    } catch (LinuxException e) {
      return null; // it is gone, or has none
    }
  }
}
