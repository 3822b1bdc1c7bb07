package brig.linux;

import brig.report.Printable;
import brig.report.Problem;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A system call failed: which, on what, and what the kernel answered. */
public final class LinuxException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String call;
  private final @Nullable String path;
  private final Errno errno;

  public LinuxException(String call, @Nullable String path, Errno errno) {
    super(call + (path == null ? "" : " " + Printable.text(path)) + ": " + errno.text(), null);
    this.call = call;
    this.path = path;
    this.errno = errno;
  }

  /** The call as its man page names it, such as {@code openat2}. */
  public String call() {
    return call;
  }

  public @Nullable String path() {
    return path;
  }

  public Errno errno() {
    return errno;
  }

  /** The same failure told as "cannot ... PATH: EPERM (...)". */
  public Problem problem(String message) {
    return Problem.of(message).answered(errno.text());
  }

  /** Passes a result through, or throws when it is a negated errno. */
  static long check(long result, String call, @Nullable String path) throws LinuxException {
    if (result < 0 && result > -4096) {
      throw new LinuxException(call, path, Errno.of((int) -result));
    }
    return result;
  }
}
