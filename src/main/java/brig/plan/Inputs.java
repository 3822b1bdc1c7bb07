package brig.plan;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Every path that a plan was made from, with what it looked like and what was learnt from it: when
 * all look the same, the plan would come out the same. The inode's change time, which no program
 * can set, counts beside size and time of change.
 */
public final class Inputs {
  private static final byte[] MAGIC = {'b', 'r', 'i', 'g', 'i', 'n', '2', '\n'};
  private static final int HEAD = MAGIC.length + Long.BYTES + 2 * Integer.BYTES;
  private static final int WORDS = PackedStat.WORDS;

  /** Sizes at which a plan comes out otherwise: FileLook, NameService, Perl and Python. */
  private static final long[] LIMITS = {4, 20_001, (1 << 20) + 1};

  private final String[] paths;

  /** {@link PackedStat#WORDS} for each path. */
  private final long[] stats;

  /** The kinds of {@link Learnt}, and what it came to. */
  private final byte[] kinds;

  private final long[] prints;
  private final long planner;

  private Inputs(String[] paths, long[] stats, byte[] kinds, long[] prints, long planner) {
    this.planner = planner;
    this.paths = paths;
    this.stats = stats;
    this.kinds = kinds;
    this.prints = prints;
  }

  static Inputs of(Map<String, RecordingHost.Look> looks, long planner) {
    TreeMap<String, RecordingHost.Look> sorted = new TreeMap<>(looks);
    int count = sorted.size();
    Inputs inputs =
        new Inputs(
            new String[count], new long[count * WORDS], new byte[count], new long[count], planner);
    int i = 0;
    for (Map.Entry<String, RecordingHost.Look> entry : sorted.entrySet()) {
      inputs.paths[i] = entry.getKey();
      PackedStat.pack(entry.getValue().stat, inputs.stats, i * WORDS);
      inputs.kinds[i] = (byte) entry.getValue().kinds;
      inputs.prints[i] = entry.getValue().print;
      i++;
    }
    return inputs;
  }

  public int size() {
    return paths.length;
  }

  /** What a path looked like; null when it was absent, or is not among the inputs. */
  public @Nullable FileStat stat(String path) {
    int at = Arrays.binarySearch(paths, path);
    return at < 0 ? null : PackedStat.unpack(stats, at * WORDS);
  }

  /** The first path that looks otherwise in a way that may matter; null when none does. */
  public @Nullable String firstChange(Host host) throws IOException {
    HostDrift drift = drift(host);
    return drift.contents().isEmpty() ? drift.replan() : drift.contents().getFirst();
  }

  /** Looks at all paths again. */
  public HostDrift drift(Host host) throws IOException {
    long[] now = new long[stats.length];
    host.lstatAll(paths, now);
    if (Arrays.equals(stats, now)) {
      return HostDrift.none();
    }
    List<String> contents = new ArrayList<>();
    boolean changed = false;
    for (int i = 0; i < paths.length; i++) {
      Change change = change(host, i, now);
      if (change == Change.PLAN) {
        return new HostDrift(paths[i], List.of(), null);
      }
      if (change == Change.CONTENT) {
        contents.add(paths[i]);
      }
      changed |= change != Change.NONE;
    }
    return changed
        ? new HostDrift(null, contents, new Inputs(paths, now, kinds, prints, planner))
        : HostDrift.none();
  }

  private enum Change {
    NONE,
    /** Other times or another inode, and nothing else that matters. */
    TIMES,
    CONTENT,
    PLAN
  }

  private Change change(Host host, int i, long[] now) {
    int at = i * WORDS;
    if (Arrays.equals(stats, at, at + WORDS, now, at, at + WORDS)) {
      return Change.NONE;
    }
    long mode = now[at];
    if (stats[at] != mode
        || stats[at + PackedStat.OWNER] != now[at + PackedStat.OWNER]
        || stats[at + PackedStat.SPECIAL] != now[at + PackedStat.SPECIAL]) {
      return Change.PLAN;
    }
    if (mode == PackedStat.ABSENT) {
      return Change.NONE;
    }
    FileStat.Type type = PackedStat.type(mode);
    if (type == FileStat.Type.FILE) {
      return isPlannedAlike(at, now) && learnsTheSame(host, i) ? Change.CONTENT : Change.PLAN;
    }
    if (type != FileStat.Type.DIRECTORY && type != FileStat.Type.LINK) {
      // Times of devices and sockets change by use.
      return Change.NONE;
    }
    if (kinds[i] == 0) {
      // Only passed through: what else is in a directory does not count.
      return Change.NONE;
    }
    return learnsTheSame(host, i) ? Change.TIMES : Change.PLAN;
  }

  /**
   * Whether a file's stat decides nothing otherwise: further names are planned as names of one
   * file, and rules go by some sizes.
   */
  private boolean isPlannedAlike(int at, long[] now) {
    return stats[at + PackedStat.LINKS] == 1
        && now[at + PackedStat.LINKS] == 1
        && sizeClass(stats[at + PackedStat.SIZE]) == sizeClass(now[at + PackedStat.SIZE]);
  }

  private static int sizeClass(long size) {
    int limit = 0;
    while (limit < LIMITS.length && size >= LIMITS[limit]) {
      limit++;
    }
    return limit;
  }

  private boolean learnsTheSame(Host host, int i) {
    if (kinds[i] == 0) {
      return true;
    }
    try {
      return (kinds[i] & Learnt.BYTES) == 0 && Learnt.of(host, paths[i], kinds[i]) == prints[i];
    } catch (IOException gone) {
      return false; // the plan meets the same and tells it
    }
  }

  /** To be kept in a file. */
  public byte[] encode() {
    boolean wide = false;
    int chars = 0;
    for (String path : paths) {
      chars += path.length();
      for (int i = 0; i < path.length() && !wide; i++) {
        wide = path.charAt(i) > 0xFF;
      }
    }
    int count = paths.length;
    byte[] bytes = new byte[HEAD + count * (WORDS * 8 + 8 + 4 + 1) + chars * (wide ? 2 : 1)];
    ByteBuffer out = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    out.put(MAGIC).putLong(planner).putInt(wide ? 1 : 0).putInt(count);
    out.asLongBuffer().put(stats).put(prints);
    out.position(out.position() + count * (WORDS + 1) * 8);
    for (String path : paths) {
      out.putInt(path.length());
    }
    out.put(kinds);
    for (String path : paths) {
      out.put(path.getBytes(wide ? StandardCharsets.UTF_16LE : StandardCharsets.ISO_8859_1));
    }
    return bytes;
  }

  /**
   * What {@link #encode} made; null when the bytes are not that, or of another planner.
   *
   * @param planner who plans now
   */
  public static @Nullable Inputs decode(byte[] bytes, long planner) {
    Inputs inputs = decodeOfAny(bytes);
    return inputs != null && inputs.planner == planner ? inputs : null;
  }

  /** The same, whoever planned. */
  public static @Nullable Inputs decodeOfAny(byte[] bytes) {
    if (bytes.length < HEAD || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      return null;
    }
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).position(MAGIC.length);
    long planner = in.getLong();
    boolean wide = in.getInt() != 0;
    int count = in.getInt();
    if (count < 0 || count > in.remaining() / (WORDS * 8 + 8 + 4 + 1)) {
      return null;
    }
    Inputs inputs =
        new Inputs(
            new String[count], new long[count * WORDS], new byte[count], new long[count], planner);
    in.asLongBuffer().get(inputs.stats).get(inputs.prints);
    in.position(in.position() + count * (WORDS + 1) * 8);
    int[] lengths = new int[count];
    in.asIntBuffer().get(lengths);
    in.position(in.position() + count * 4);
    in.get(inputs.kinds);
    return readPaths(bytes, in.position(), lengths, wide, inputs.paths) ? inputs : null;
  }

  private static boolean readPaths(
      byte[] bytes, int from, int[] lengths, boolean wide, String[] paths) {
    String all =
        new String(
            bytes,
            from,
            bytes.length - from,
            wide ? StandardCharsets.UTF_16LE : StandardCharsets.ISO_8859_1);
    int at = 0;
    for (int i = 0; i < lengths.length; i++) {
      int end = at + lengths[i];
      if (lengths[i] < 0 || end < 0 || end > all.length()) {
        return false;
      }
      paths[i] = all.substring(at, end);
      at = end;
    }
    return at == all.length();
  }
}
