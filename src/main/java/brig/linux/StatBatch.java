package brig.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What statx(2) tells of many files, as plain numbers: a jail has ten thousand paths to be looked
 * at before a sync can say that nothing changed, and an object for each would take most of the
 * time.
 */
public final class StatBatch {
  /**
   * For each file: mode with type, or -1 where there is none, -2 where it cannot be told; uid in
   * the upper 32 bits and gid in the lower; size; device; inode; links; special; modified; changed.
   * All as in {@link Stat}.
   */
  public static final int WORDS = 9;

  private static final int STATX_BASIC_STATS = 0x7FF;
  private static final int STATX_SIZE = 256;
  private static final int RAW = 18;
  private static final int ENOENT = -Errno.ENOENT.number();
  private static final int ENOTDIR = -Errno.ENOTDIR.number();
  private static final long NANOS = 1_000_000_000L;

  private StatBatch() {}

  /** Looks at {@code paths[from]} to {@code paths[to - 1]}, a last link not followed. */
  public static void ofLinks(String[] paths, int from, int to, long[] into) {
    try (Scratch memory = Scratch.take()) {
      MemorySegment buffer = memory.bytes(STATX_SIZE);
      long address = buffer.address();
      long[] raw = new long[RAW];
      for (int i = from; i < to; i++) {
        long result;
        try (Scratch name = Scratch.take()) {
          result =
              Kernel.statx(
                  Kernel.AT_FDCWD,
                  name.name(paths[i]),
                  Kernel.AT_SYMLINK_NOFOLLOW,
                  STATX_BASIC_STATS,
                  address);
        }
        int at = i * WORDS;
        if (result == ENOENT || result == ENOTDIR) {
          into[at] = -1;
          for (int w = 1; w < WORDS; w++) {
            into[at + w] = 0;
          }
          continue;
        }
        if (result < 0) {
          into[at] = -2; // looks as it never did: whoever plans meets the error and tells it
          continue;
        }
        MemorySegment.copy(buffer, ValueLayout.JAVA_LONG, 0, raw, 0, RAW);
        read(raw, into, at);
      }
    }
  }

  /** {@code struct statx} of linux/stat.h in words of eight bytes; both machines little-endian. */
  static void read(long[] raw, long[] into, int at) {
    into[at] = raw[3] >>> 32 & 0xFFFF;
    into[at + 1] = (raw[2] & 0xFFFFFFFF00000000L) | (raw[3] & 0xFFFFFFFFL);
    into[at + 2] = raw[5];
    into[at + 3] = swapped(raw[17]);
    into[at + 4] = raw[4];
    into[at + 5] = raw[2] & 0xFFFFFFFFL;
    into[at + 6] = swapped(raw[16]);
    into[at + 7] = raw[14] * NANOS + (raw[15] & 0xFFFFFFFFL);
    into[at + 8] = raw[12] * NANOS + (raw[13] & 0xFFFFFFFFL);
  }

  /** Major, which comes first, in the upper half. */
  private static long swapped(long device) {
    return device << 32 | device >>> 32;
  }
}
