package brig.spec;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A jailfile and its lock file as one sequence of bytes: what a generation keeps of what it was
 * built from, so that a change of either is a change of both. Without a lock file it is the
 * jailfile itself.
 */
public final class LockedJailfile {
  private static final byte[] MARK =
      "\n# ==== the lock file, by brig learn ====\n".getBytes(StandardCharsets.US_ASCII);

  private LockedJailfile() {}

  /**
   * Joins the two.
   *
   * @param lock null: there is none
   */
  public static byte[] join(byte[] jailfile, byte @Nullable [] lock) {
    if (lock == null) {
      return jailfile;
    }
    byte[] both = Arrays.copyOf(jailfile, jailfile.length + MARK.length + lock.length);
    System.arraycopy(MARK, 0, both, jailfile.length, MARK.length);
    System.arraycopy(lock, 0, both, jailfile.length + MARK.length, lock.length);
    return both;
  }

  /** The jailfile alone. */
  public static byte[] jailfile(byte[] both) {
    int mark = mark(both);
    return mark < 0 ? both : Arrays.copyOf(both, mark);
  }

  /** The lock file alone; null when there is none. */
  public static byte @Nullable [] lock(byte[] both) {
    int mark = mark(both);
    return mark < 0 ? null : Arrays.copyOfRange(both, mark + MARK.length, both.length);
  }

  private static int mark(byte[] bytes) {
    for (int at = bytes.length - MARK.length; at >= 0; at--) {
      if (bytes[at] == '\n' && Arrays.equals(bytes, at, at + MARK.length, MARK, 0, MARK.length)) {
        return at;
      }
    }
    return -1;
  }
}
