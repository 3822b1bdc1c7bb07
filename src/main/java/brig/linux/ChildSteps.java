package brig.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A list that {@link Birth} works through: system calls, each with the greatest result that is no
 * failure, and comparisons of memory that calls have filled. The list, and all that it points to,
 * is in one block of native memory, which is wiped by {@link #close} and used again.
 */
final class ChildSteps implements AutoCloseable {
  static final int STEP = 64;
  static final int MOST_STEPS = 384;
  static final int STATE = 64;
  static final int LAST_RESULT = 40;
  static final long COMPARE = -1;
  static final long ZERO = 0;
  static final long ANY_NUMBER = Integer.MAX_VALUE;
  static final long ANY_RESULT = -1;

  static final long WHOLE = -1L;
  static final long LOWER_HALF = 0xFFFFFFFFL;

  private static final int USUAL_ROOM = 24 * 1024;
  private static final int MOST_FREE = 16;
  private static final Deque<ChildSteps> FREE = new ArrayDeque<>();

  private final MemorySegment block;
  private final String[] labels = new String[MOST_STEPS];
  private final @Nullable String[] paths = new String[MOST_STEPS];
  // Written to native memory in one go: a word at a time would be half of a start's time.
  private final long[] table = new long[STEP / 8 * MOST_STEPS];
  private int steps;
  private int top;

  private ChildSteps(int room) {
    this.block = Arena.ofAuto().allocate(STATE + STEP * MOST_STEPS + room, 16);
  }

  /**
   * An empty list.
   *
   * @param room bytes for all that the calls point to
   */
  static ChildSteps take(int room) {
    ChildSteps list = null;
    if (room <= USUAL_ROOM) {
      synchronized (FREE) {
        list = FREE.poll();
      }
    }
    if (list == null) {
      list = new ChildSteps(Math.max(room, USUAL_ROOM));
    }
    list.steps = 0;
    list.top = STATE + STEP * MOST_STEPS;
    list.block.set(ValueLayout.JAVA_LONG, 32, -1L); // every signal, for the time of the birth
    return list;
  }

  MemorySegment bytes(int size) {
    int aligned = (size + 7) & -8;
    MemorySegment piece = block.asSlice(top, size);
    top += aligned;
    return piece;
  }

  long cString(String text) {
    byte[] encoded = FileNames.encode(text);
    for (byte b : encoded) {
      if (b == 0) {
        throw new IllegalArgumentException("a NUL byte inside a C string");
      }
    }
    MemorySegment copy = bytes(encoded.length + 1);
    MemorySegment.copy(encoded, 0, copy, ValueLayout.JAVA_BYTE, 0, encoded.length);
    return copy.address();
  }

  void step(
      String label,
      @Nullable String path,
      long number,
      long a,
      long b,
      long c,
      long d,
      long e,
      long most) {
    if (steps == MOST_STEPS) {
      throw new IllegalStateException("more than " + MOST_STEPS + " steps");
    }
    labels[steps] = label;
    paths[steps] = path;
    int at = STEP / 8 * steps++;
    table[at] = number;
    table[at + 1] = a;
    table[at + 2] = b;
    table[at + 3] = c;
    table[at + 4] = d;
    table[at + 5] = e;
    table[at + 7] = most;
  }

  void call(String label, long number, long a, long b, long c) {
    step(label, null, number, a, b, c, 0, 0, ZERO);
  }

  /** A question whose answer is then compared. */
  void ask(String label, long number, long what) {
    step(label, null, number, what, 0, 0, 0, 0, ANY_NUMBER);
  }

  void compare(String what, long address, long mask, long wanted) {
    step("read back " + what, null, COMPARE, address, mask, wanted & mask, 0, 0, 0);
  }

  void compareResult(String what, long wanted) {
    compare(what, block.address() + LAST_RESULT, LOWER_HALF, wanted);
  }

  long vector(List<Long> addresses) {
    MemorySegment vector = bytes(8 * (addresses.size() + 1));
    for (int i = 0; i < addresses.size(); i++) {
      vector.setAtIndex(ValueLayout.JAVA_LONG, i, addresses.get(i));
    }
    return vector.address();
  }

  // The state, at the block's beginning: 0 the child's pid or what clone3(2) answered, 8 the
  // address of the step that failed, 16 its result, 24 the thread's signal mask, 32 all signals,
  // 40 the last result.

  MemorySegment state() {
    return block;
  }

  /** Puts the list where the child reads it, and tells its beginning. */
  long begin() {
    MemorySegment.copy(table, 0, block, ValueLayout.JAVA_LONG, STATE, STEP / 8 * steps);
    return block.address() + STATE;
  }

  long end() {
    return block.address() + STATE + (long) STEP * steps;
  }

  /** What went wrong in the child; null when it went on to its program. */
  @Nullable LinuxException failure() {
    long at = block.get(ValueLayout.JAVA_LONG, 8);
    if (at == 0) {
      return null;
    }
    int index = (int) ((at - block.address() - STATE) / STEP);
    long result = block.get(ValueLayout.JAVA_LONG, 16);
    boolean compared = block.get(ValueLayout.JAVA_LONG, STATE + (long) STEP * index) == COMPARE;
    // A setting that did not take although the kernel said yes.
    Errno errno = compared || result >= 0 || result < -4095 ? Errno.EPERM : Errno.of((int) -result);
    return new LinuxException(labels[index], paths[index], errno);
  }

  @Override
  public void close() {
    block.asSlice(0, STATE).fill((byte) 0);
    int tail = STATE + STEP * MOST_STEPS;
    block.asSlice(tail, top - tail).fill((byte) 0);
    if (block.byteSize() == tail + USUAL_ROOM) {
      synchronized (FREE) {
        if (FREE.size() < MOST_FREE) {
          FREE.push(this);
        }
      }
    }
  }
}
