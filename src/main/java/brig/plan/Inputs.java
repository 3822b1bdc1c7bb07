package brig.plan;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Every path that a plan was made from, with what it looked like: when all look the same, the plan
 * would come out the same. The inode's change time, which no program can set, counts beside size
 * and time of change.
 */
public final class Inputs {
  /** Of version 1; whatever begins otherwise never is unchanged. */
  private static final byte[] MAGIC = {'b', 'r', 'i', 'g', 'i', 'n', '1', '\n'};

  private static final long ABSENT = 0x6162736E74L;

  private final String[] paths;
  private final long[] prints;
  private final boolean[] listed;

  private Inputs(String[] paths, long[] prints, boolean[] listed) {
    this.paths = paths;
    this.prints = prints;
    this.listed = listed;
  }

  /** What a path looked like; {@code listed}: its names were read too. */
  record Look(@Nullable FileStat stat, boolean listed) {}

  static Inputs of(Map<String, Look> looks) {
    TreeMap<String, Look> sorted = new TreeMap<>(looks);
    String[] paths = new String[sorted.size()];
    long[] prints = new long[paths.length];
    boolean[] listed = new boolean[paths.length];
    int i = 0;
    for (Map.Entry<String, Look> entry : sorted.entrySet()) {
      paths[i] = entry.getKey();
      listed[i] = entry.getValue().listed();
      prints[i] = print(entry.getValue().stat(), listed[i]);
      i++;
    }
    return new Inputs(paths, prints, listed);
  }

  public int size() {
    return paths.length;
  }

  /**
   * A number that differs when the file does. Of a directory that was only passed through, what
   * else is in it does not count.
   */
  private static long print(@Nullable FileStat stat, boolean listed) {
    if (stat == null) {
      return ABSENT;
    }
    long print = mix(stat.type().name().hashCode(), stat.mode());
    print = mix(print, stat.inode());
    print = mix(print, stat.device());
    print = mix(print, ((long) stat.uid() << 32) | (stat.gid() & 0xFFFFFFFFL));
    if (stat.type() != FileStat.Type.DIRECTORY || listed) {
      print = mix(print, stat.modifiedNanos());
      print = mix(print, stat.changedNanos());
      print = mix(print, stat.size());
    }
    return mix(print, stat.special());
  }

  /** The finalizer of SplitMix64. */
  private static long mix(long seed, long value) {
    long z = seed * 0x9E3779B97F4A7C15L + value + 1;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** Whether all paths look as they did; stops at the first that does not. */
  public boolean unchanged(Host host) throws IOException {
    return firstChange(host) == null;
  }

  /** The first path that looks otherwise; null when none does. */
  public @Nullable String firstChange(Host host) throws IOException {
    for (int i = 0; i < paths.length; i++) {
      if (print(host.lstat(paths[i]), listed[i]) != prints[i]) {
        return paths[i];
      }
    }
    return null;
  }

  /** To be kept in a file: sorted paths, each by what it does not share with the one before. */
  public byte[] encode() {
    ByteArrayOutputStream out = new ByteArrayOutputStream(paths.length * 24);
    out.writeBytes(MAGIC);
    number(out, paths.length);
    String before = "";
    for (int i = 0; i < paths.length; i++) {
      String path = paths[i];
      int shared = 0;
      int most = Math.min(before.length(), path.length());
      while (shared < most && before.charAt(shared) == path.charAt(shared)) {
        shared++;
      }
      number(out, shared * 2 + (listed[i] ? 1 : 0));
      number(out, path.length() - shared);
      for (int c = shared; c < path.length(); c++) {
        number(out, path.charAt(c));
      }
      for (int shift = 0; shift < 64; shift += 8) {
        out.write((int) (prints[i] >>> shift));
      }
      before = path;
    }
    return out.toByteArray();
  }

  /** Seven bits to a byte, the lowest first; an ASCII character is one byte. */
  private static void number(ByteArrayOutputStream out, int value) {
    int rest = value;
    while (rest >= 0x80) {
      out.write((rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    out.write(rest);
  }

  /** What {@link #encode} made; null when the bytes are not that. */
  public static @Nullable Inputs decode(byte[] bytes) {
    if (bytes.length < MAGIC.length
        || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      return null;
    }
    try {
      return new Decoder(bytes).decode();
    } catch (IndexOutOfBoundsException | NegativeArraySizeException cutShort) {
      return null;
    }
  }

  private static final class Decoder {
    private final byte[] bytes;
    private int at = MAGIC.length;

    Decoder(byte[] bytes) {
      this.bytes = bytes;
    }

    @Nullable Inputs decode() {
      int count = number();
      if (count > bytes.length) {
        return null;
      }
      String[] paths = new String[count];
      long[] prints = new long[count];
      boolean[] listed = new boolean[count];
      char[] path = new char[4096];
      for (int i = 0; i < count; i++) {
        int head = number();
        int length = (head >>> 1) + number();
        if (length > path.length) {
          path = Arrays.copyOf(path, Math.min(length * 2, bytes.length + path.length));
        }
        for (int c = head >>> 1; c < length; c++) {
          path[c] = (char) number();
        }
        paths[i] = new String(path, 0, length);
        listed[i] = (head & 1) != 0;
        prints[i] = word();
      }
      return at == bytes.length ? new Inputs(paths, prints, listed) : null;
    }

    private int number() {
      int b = bytes[at++];
      if (b >= 0) {
        return b;
      }
      int value = b & 0x7F;
      for (int shift = 7; b < 0; shift += 7) {
        b = bytes[at++];
        value |= (b & 0x7F) << shift;
      }
      return value;
    }

    private long word() {
      long value = 0;
      for (int shift = 0; shift < 64; shift += 8) {
        value |= (bytes[at++] & 0xFFL) << shift;
      }
      return value;
    }
  }
}
