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
  private static final byte[] MAGIC = {'b', 'r', 'i', 'g', 'i', 'n', '3', '\n'};
  private static final int HEAD = MAGIC.length + Long.BYTES + Integer.BYTES;
  private static final int WORDS = PackedStat.WORDS;

  /** Bytes for each path beside its name: the stat, the print, the name's length, the kinds. */
  private static final int ENTRY = (WORDS + 1) * Long.BYTES + Integer.BYTES + 1;

  /** Sizes at which a plan comes out otherwise: FileLook, NameService, Perl and Python. */
  private static final long[] LIMITS = {4, 20_001, (1 << 20) + 1};

  private final String[] paths;

  /** {@link PackedStat#WORDS} for each path. */
  private final long[] stats;

  /** The kinds of {@link Learnt}, and what it came to. */
  private final byte[] kinds;

  private final long[] prints;
  private final long planner;

  /** What these, with other stats, were decoded from. */
  private final byte @Nullable [] encoded;

  private Inputs(
      String[] paths,
      long[] stats,
      byte[] kinds,
      long[] prints,
      long planner,
      byte @Nullable [] encoded) {
    this.planner = planner;
    this.encoded = encoded;
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
            new String[count],
            new long[count * WORDS],
            new byte[count],
            new long[count],
            planner,
            null);
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
    int from = 0;
    while (true) {
      int mismatch = Arrays.mismatch(stats, from, stats.length, now, from, stats.length);
      if (mismatch < 0) {
        break;
      }
      int i = (from + mismatch) / WORDS;
      Change change = change(host, i, now);
      if (change == Change.PLAN) {
        return new HostDrift(paths[i], List.of(), null);
      }
      if (change == Change.CONTENT) {
        contents.add(paths[i]);
      }
      changed |= change != Change.NONE;
      from = (i + 1) * WORDS;
    }
    return changed
        ? new HostDrift(null, contents, new Inputs(paths, now, kinds, prints, planner, encoded))
        : HostDrift.none();
  }

  private enum Change {
    NONE,
    /** Other times or another inode, and nothing else that matters. */
    TIMES,
    CONTENT,
    PLAN
  }

  /** What it means that a path's stat is another. */
  private Change change(Host host, int i, long[] now) {
    int at = i * WORDS;
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

  /** To be kept in a file: the stats first, so that other ones are put over those of a file. */
  public byte[] encode() {
    byte[] bytes = encoded == null ? encodeAll() : encoded.clone();
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).position(HEAD).asLongBuffer().put(stats);
    return bytes;
  }

  private byte[] encodeAll() {
    int count = paths.length;
    byte[][] names = new byte[count][];
    int[] lengths = new int[count];
    int size = 0;
    for (int i = 0; i < count; i++) {
      boolean wide = isWide(paths[i]);
      names[i] = wide ? chars(paths[i]) : paths[i].getBytes(StandardCharsets.ISO_8859_1);
      lengths[i] = wide ? ~names[i].length : names[i].length;
      size += names[i].length;
    }
    byte[] bytes = new byte[HEAD + count * ENTRY + size];
    ByteBuffer out = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    out.put(MAGIC).putLong(planner).putInt(count);
    out.position(HEAD + count * WORDS * Long.BYTES).asLongBuffer().put(prints);
    out.position(out.position() + count * Long.BYTES).asIntBuffer().put(lengths);
    out.position(out.position() + count * Integer.BYTES).put(kinds);
    for (byte[] name : names) {
      out.put(name);
    }
    return bytes;
  }

  /** Not by a charset: a name that is not UTF-8 holds lone surrogates, which those replace. */
  private static byte[] chars(String path) {
    ByteBuffer bytes = ByteBuffer.allocate(2 * path.length()).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asCharBuffer().put(path);
    return bytes.array();
  }

  private static String text(byte[] bytes, int from, int length) {
    ByteBuffer chars = ByteBuffer.wrap(bytes, from, length).order(ByteOrder.LITTLE_ENDIAN);
    return chars.asCharBuffer().toString();
  }

  private static boolean isWide(String path) {
    for (int i = 0; i < path.length(); i++) {
      if (path.charAt(i) > 0xFF) {
        return true;
      }
    }
    return false;
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
    int count = in.getInt();
    if (count < 0 || count > in.remaining() / ENTRY) {
      return null;
    }
    Inputs inputs =
        new Inputs(
            new String[count],
            new long[count * WORDS],
            new byte[count],
            new long[count],
            planner,
            bytes);
    in.asLongBuffer().get(inputs.stats).get(inputs.prints);
    in.position(in.position() + count * (WORDS + 1) * Long.BYTES);
    int[] lengths = new int[count];
    in.asIntBuffer().get(lengths);
    in.position(in.position() + count * Integer.BYTES);
    in.get(inputs.kinds);
    return readPaths(bytes, in.position(), lengths, inputs.paths) ? inputs : null;
  }

  private static boolean readPaths(byte[] bytes, int from, int[] lengths, String[] paths) {
    int at = from;
    for (int i = 0; i < lengths.length; i++) {
      boolean wide = lengths[i] < 0;
      int length = wide ? ~lengths[i] : lengths[i];
      if (length > bytes.length - at) {
        return false;
      }
      paths[i] =
          wide
              ? text(bytes, at, length)
              : new String(bytes, at, length, StandardCharsets.ISO_8859_1);
      at += length;
    }
    return at == bytes.length;
  }
}
