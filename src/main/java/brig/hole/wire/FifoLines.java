package brig.hole.wire;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Parts what comes out of the FIFO door into lines. A line of more than {@link FifoCall#MAX_LINE}
 * bytes is dropped up to its newline and counted. Not for several threads at once.
 */
public final class FifoLines {
  private final byte[] line = new byte[FifoCall.MAX_LINE - 1];
  private int length;
  private boolean dropping;
  private long dropped;

  /** The next line without its newline; null when {@code in} ends before it does. */
  public @Nullable Bytes next(ByteBuffer in) {
    while (in.hasRemaining()) {
      byte found = in.get();
      if (found == '\n') {
        int whole = length;
        boolean good = !dropping;
        length = 0;
        dropping = false;
        if (good) {
          byte[] copy = new byte[whole];
          System.arraycopy(line, 0, copy, 0, whole);
          return Bytes.of(copy);
        }
      } else if (!dropping && length == line.length) {
        dropping = true;
        dropped++;
      } else if (!dropping) {
        line[length] = found;
        length++;
      }
    }
    return null;
  }

  /** How many lines were too long so far. */
  public long dropped() {
    return dropped;
  }
}
