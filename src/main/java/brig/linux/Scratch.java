package brig.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Native memory for the arguments of one call, taken from a block that the thread keeps: what is
 * taken inside {@code try (Scratch memory = Scratch.take())} is given back at its end. May be
 * nested. Memory comes zeroed and aligned to 8 bytes. A virtual thread lives for a task: its block
 * goes to the next one that needs one.
 */
final class Scratch implements AutoCloseable {
  private static final int SIZE = 256 * 1024;
  private static final ThreadLocal<Scratch> MINE = ThreadLocal.withInitial(Scratch::forThread);

  private final MemorySegment block = Arena.ofAuto().allocate(SIZE, 8);
  private final int[] marks = new int[8];
  private final boolean lent;
  private int depth;
  private int top;

  private Scratch(boolean lent) {
    this.lent = lent;
  }

  /** Only where there are virtual threads. */
  private static final class Pool {
    private static final ConcurrentLinkedQueue<Scratch> FREE = new ConcurrentLinkedQueue<>();
  }

  private static Scratch forThread() {
    if (!Thread.currentThread().isVirtual()) {
      return new Scratch(false);
    }
    Scratch free = Pool.FREE.poll();
    return free != null ? free : new Scratch(true);
  }

  static Scratch take() {
    Scratch scratch = MINE.get();
    scratch.marks[scratch.depth++] = scratch.top;
    return scratch;
  }

  /** Reads and writes once what structs are made of, so that it is linked. */
  static void use() {
    try (Scratch memory = take()) {
      MemorySegment struct = memory.bytes(16);
      struct.set(ValueLayout.JAVA_LONG, 0, struct.get(ValueLayout.JAVA_LONG, 0));
      struct.set(ValueLayout.JAVA_INT, 8, struct.get(ValueLayout.JAVA_INT, 8));
      struct.set(ValueLayout.JAVA_SHORT, 12, struct.get(ValueLayout.JAVA_SHORT, 12));
      struct.set(ValueLayout.JAVA_BYTE, 14, struct.get(ValueLayout.JAVA_BYTE, 14));
      memory.name("name");
    }
  }

  @Override
  public void close() {
    top = marks[--depth];
    if (lent && depth == 0) {
      MINE.remove();
      Pool.FREE.add(this);
    }
  }

  /** A zeroed struct or buffer of {@code size} bytes. */
  MemorySegment bytes(int size) {
    return unfilled(size).fill((byte) 0);
  }

  /** The same, with what it held before; for buffers that are written first. */
  MemorySegment unfilled(int size) {
    int aligned = (size + 7) & -8;
    if (size < 0 || aligned > SIZE - top) {
      throw new IllegalArgumentException("arguments of a call exceed " + SIZE + " bytes");
    }
    MemorySegment segment = block.asSlice(top, size);
    top += aligned;
    return segment;
  }

  /** The address of a NUL-terminated copy of a file name. */
  long name(String name) {
    return cString(FileNames.encode(name));
  }

  /**
   * The address of a NUL-terminated copy.
   *
   * @throws IllegalArgumentException if it holds a NUL: C would read a shorter string
   */
  long cString(byte[] text) {
    for (byte b : text) {
      if (b == 0) {
        throw new IllegalArgumentException("a NUL byte inside a C string");
      }
    }
    MemorySegment segment = bytes(text.length + 1);
    MemorySegment.copy(text, 0, segment, ValueLayout.JAVA_BYTE, 0, text.length);
    return segment.address();
  }
}
