package brig.web.hole;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicLong;

/** How many bytes of forms that were sent may lie in memory at once. */
final class BodyBudget {
  private final AtomicLong left;

  BodyBudget(long bytes) {
    left = new AtomicLong(bytes);
  }

  /** A body that is read; what was read of it counts until it is closed. */
  final class Counted extends InputStream {
    private final InputStream in;
    private long held;

    Counted(InputStream in) {
      this.in = in;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int count = in.read(into, offset, length);
      if (count > 0) {
        held += count;
        if (left.addAndGet(-count) < 0) {
          throw new IOException("too much is being sent at once");
        }
      }
      return count;
    }

    @Override
    public void close() {
      left.addAndGet(held);
      held = 0;
    }
  }
}
