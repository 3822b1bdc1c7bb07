package brig.hole.wire;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Takes frames out of a stream that arrives in pieces. It allocates for a payload only when the
 * header has named a length within the cap. After the first error nothing more is taken: the same
 * error is thrown again. Not for several threads at once.
 */
public final class FrameDecoder {
  private static final int AT_TYPE = 0;
  private static final int AT_BLANK = 1;
  private static final int AT_FIRST_DIGIT = 2;

  private int headerBytes;
  private char type;
  private int length;
  private byte @Nullable [] payload;
  private int filled;
  private @Nullable WireError error;

  /**
   * The next whole frame; null when the bytes that are left in {@code in} end before it does. All
   * bytes up to the end of the frame are consumed.
   *
   * @throws WireException the bytes are no frame
   */
  public @Nullable Frame next(ByteBuffer in) throws WireException {
    if (error != null) {
      throw new WireException(error);
    }
    while (payload == null) {
      if (!in.hasRemaining()) {
        return null;
      }
      header(in.get() & 0xFF);
    }
    byte[] target = payload;
    int count = Math.min(target.length - filled, in.remaining());
    in.get(target, filled, count);
    filled += count;
    if (filled < target.length) {
      return null;
    }
    headerBytes = 0;
    payload = null;
    return new Frame(type, Bytes.of(target));
  }

  private void header(int found) throws WireException {
    switch (headerBytes) {
      case AT_TYPE -> {
        require(found >= 'A' && found <= 'Z', found);
        type = (char) found;
        length = 0;
      }
      case AT_BLANK -> require(found == ' ', found);
      default -> {
        boolean more = headerBytes > AT_FIRST_DIGIT;
        if (found == '\n' && more) {
          payload = new byte[length];
          filled = 0;
          return;
        }
        require(found >= '0' && found <= '9' && !(more && length == 0), found);
        length = length * 10 + (found - '0');
        if (length > Frame.MAX_PAYLOAD) {
          throw fail(new WireError.PayloadTooLong(type));
        }
      }
    }
    headerBytes++;
  }

  private void require(boolean good, int found) throws WireException {
    if (!good) {
      throw fail(new WireError.BadHeader(found, headerBytes));
    }
  }

  private WireException fail(WireError wrong) {
    error = wrong;
    return new WireException(wrong);
  }

  /** Whether the stream may end here. */
  public boolean isBetweenFrames() {
    return headerBytes == 0 && error == null;
  }

  /**
   * To be called when the stream has ended.
   *
   * @throws WireException it ended within a frame
   */
  public void end() throws WireException {
    if (error != null) {
      throw new WireException(error);
    }
    if (!isBetweenFrames()) {
      throw fail(new WireError.Unfinished("within a frame"));
    }
  }
}
