package brig.hole.door;

import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Stream;
import java.util.ArrayDeque;

/** Bytes on their way out, in order. */
final class Outbox {
  private static final int JOINED = 16 * 1024;

  private final ArrayDeque<byte[]> pieces = new ArrayDeque<>();
  private int first;
  private long waiting;
  private boolean wasFull;

  void add(byte[] bytes) {
    if (bytes.length > 0) {
      pieces.add(bytes);
      waiting += bytes.length;
    }
  }

  /** Whether {@code most} bytes wait; then {@link #hasDrained} will tell that they do no more. */
  boolean isFull(int most) {
    boolean full = waiting >= most;
    wasFull |= full;
    return full;
  }

  /** Whether it was full and is no more; tells it once. */
  boolean hasDrained(int most) {
    boolean drained = wasFull && waiting < most;
    wasFull &= !drained;
    return drained;
  }

  boolean isEmpty() {
    return waiting == 0;
  }

  /**
   * Writes what there is room for.
   *
   * @return whether anything was taken
   */
  boolean writeTo(Fd fd) throws LinuxException {
    boolean some = false;
    while (!isEmpty()) {
      byte[] piece = joined();
      int count = Stream.write(fd, piece, first, piece.length - first);
      if (count == Stream.LATER) {
        break;
      }
      some = true;
      waiting -= count;
      first += count;
      if (first == piece.length) {
        pieces.poll();
        first = 0;
      }
    }
    return some;
  }

  /** Small pieces that follow each other go out in one write. */
  private byte[] joined() {
    byte[] head = pieces.element();
    if (first > 0 || pieces.size() == 1 || head.length >= JOINED) {
      return head;
    }
    int length = 0;
    int count = 0;
    for (byte[] piece : pieces) {
      if (count > 0 && length + piece.length > JOINED) {
        break;
      }
      length += piece.length;
      count++;
    }
    byte[] whole = new byte[length];
    int at = 0;
    for (int i = 0; i < count; i++) {
      byte[] piece = pieces.remove();
      System.arraycopy(piece, 0, whole, at, piece.length);
      at += piece.length;
    }
    pieces.push(whole);
    return whole;
  }
}
