package brig.tree;

import brig.tree.ManifestParser.BrokenException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A manifest as lines, of which only those are read that matter: a sync of one file must not cost
 * the reading of thousands.
 */
final class ManifestLines {
  private static final byte[] PATH = ascii("{\"path\":\"");
  private static final byte[] KIND = ascii("\",\"kind\":\"");
  private static final byte[] SOURCE = ascii(",\"source\":\"");

  /** What is between the kind of a copied file and its source at least; 64 digits are in it. */
  private static final int BEFORE_SOURCE =
      "file\",\"mode\":\"00\",\"uid\":0,\"gid\":0,\"size\":0,\"modified\":0,\"sha256\":\"\""
              .length()
          + 64;

  private static final byte[] END = ascii(ManifestWriter.END);

  private final byte[] text;
  private final ManifestHead head;
  private final int[] starts;
  private final int[] ends;

  /** Where the word of each line's kind begins. */
  private final int[] kinds;

  private ManifestLines(byte[] text, ManifestHead head, int[] starts, int[] ends)
      throws BrokenException {
    this.text = text;
    this.head = head;
    this.starts = starts;
    this.ends = ends;
    this.kinds = new int[starts.length];
    for (int line = 0; line < starts.length; line++) {
      int end = stringEnd(starts[line] + PATH.length);
      if (!startsWith(text, end, KIND)) {
        throw new BrokenException("line " + (line + 2) + ": \"kind\" is expected");
      }
      kinds[line] = end + KIND.length;
    }
  }

  /** Where a string's closing quote is. */
  private int stringEnd(int from) throws BrokenException {
    int at = from;
    while (at < text.length && text[at] != '"') {
      at += text[at] == '\\' ? 2 : 1;
    }
    if (at >= text.length) {
      throw new BrokenException("a text has no end");
    }
    return at;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Takes it apart; {@code text} must be as a build writes it, from the first byte to the last. */
  static ManifestLines of(byte[] text) throws BrokenException {
    ManifestHead head = new ManifestParser(text, 0).head();
    int length = text.length - END.length;
    if (length < 0 || !startsWith(text, length, END)) {
      throw new BrokenException("it ends too early");
    }
    int[] starts = new int[1024];
    int[] ends = new int[1024];
    int count = 0;
    int at = lineEnd(text, 0) + 1;
    while (at < length) {
      int end = lineEnd(text, at);
      if (count == starts.length) {
        starts = Arrays.copyOf(starts, count * 2);
        ends = Arrays.copyOf(ends, count * 2);
      }
      if (!startsWith(text, at, PATH)) {
        throw new BrokenException("line " + (count + 2) + ": an entry is expected");
      }
      starts[count] = at;
      ends[count++] = text[end - 1] == ',' ? end - 1 : end;
      at = end + 1;
    }
    return new ManifestLines(text, head, Arrays.copyOf(starts, count), Arrays.copyOf(ends, count));
  }

  private static int lineEnd(byte[] text, int from) {
    int at = from;
    while (at < text.length && text[at] != '\n') {
      at++;
    }
    return at;
  }

  private static boolean startsWith(byte[] text, int from, byte[] what) {
    return text.length - from >= what.length
        && Arrays.equals(text, from, from + what.length, what, 0, what.length);
  }

  ManifestHead head() {
    return head;
  }

  int count() {
    return starts.length;
  }

  ManifestEntry entry(int line) throws BrokenException {
    return new ManifestParser(text, starts[line]).entry();
  }

  List<ManifestEntry> entries() throws BrokenException {
    List<ManifestEntry> entries = new ArrayList<>(count());
    for (int line = 0; line < count(); line++) {
      entries.add(entry(line));
    }
    return entries;
  }

  boolean isSame(int line, ManifestLines other, int otherLine) {
    return Arrays.equals(
        text, starts[line], ends[line], other.text, other.starts[otherLine], other.ends[otherLine]);
  }

  String path(int line) throws BrokenException {
    return new ManifestParser(text, starts[line] + PATH.length - 1).string();
  }

  /** The line of a path, or what is less than 0 when there is none. */
  int find(String path) throws BrokenException {
    int low = 0;
    int high = count() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = path(middle).compareTo(path);
      if (order == 0) {
        return middle;
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -1 - low;
  }

  /** Only the beginning is looked at: no two kinds share two letters but file and fifo. */
  private boolean isKind(int line, char first, char second) {
    return text[kinds[line]] == first && text[kinds[line] + 1] == second;
  }

  private boolean isCopied(int line) {
    return isKind(line, 'f', 'i') && text[kinds[line] + 2] == 'l';
  }

  /** The paths of the directories that hold only what the plan put there. */
  List<String> directories() throws BrokenException {
    List<String> directories = new ArrayList<>();
    for (int line = 0; line < count(); line++) {
      if (isKind(line, 'd', 'i')) {
        directories.add(path(line));
      }
    }
    return directories;
  }

  /** How many regular files it tells of. */
  int files() {
    int files = 0;
    for (int line = 0; line < count(); line++) {
      files += isKind(line, 'g', 'e') || isCopied(line) ? 1 : 0;
    }
    return files;
  }

  /** The lines of files that were copied from one of these paths of the host. */
  List<Integer> linesOfSources(Set<String> sources) throws BrokenException {
    // Most are ruled out by their length: a text made of each would take most of the time.
    BitSet lengths = new BitSet();
    for (String source : sources) {
      String quoted = new JsonLine(64).quote(source).toString();
      lengths.set(quoted.getBytes(StandardCharsets.UTF_8).length - 2);
    }
    List<Integer> lines = new ArrayList<>();
    for (int line = 0; line < count(); line++) {
      if (isCopied(line)) {
        int at = kinds[line] + BEFORE_SOURCE;
        while (at < ends[line] && (text[at] != ',' || !startsWith(text, at, SOURCE))) {
          at++;
        }
        int source = at + SOURCE.length;
        if (lengths.get(stringEnd(source) - source)
            && sources.contains(new ManifestParser(text, source - 1).string())) {
          lines.add(line);
        }
      }
    }
    return lines;
  }

  /** The same manifest with another head and some other lines. */
  byte[] with(ManifestHead newHead, Map<Integer, String> replaced) {
    byte[] first = newHead.text().getBytes(StandardCharsets.UTF_8);
    int body = starts[0] - 1;
    int size = first.length + text.length - body;
    TreeMap<Integer, byte[]> instead = new TreeMap<>();
    for (Map.Entry<Integer, String> line : replaced.entrySet()) {
      byte[] bytes = line.getValue().getBytes(StandardCharsets.UTF_8);
      instead.put(line.getKey(), bytes);
      size += bytes.length - (ends[line.getKey()] - starts[line.getKey()]);
    }
    ByteBuffer out = ByteBuffer.allocate(size).put(first);
    int from = body;
    for (Map.Entry<Integer, byte[]> line : instead.entrySet()) {
      out.put(text, from, starts[line.getKey()] - from).put(line.getValue());
      from = ends[line.getKey()];
    }
    return out.put(text, from, text.length - from).array();
  }

  /** A line's text. */
  String text(int line) {
    return new String(text, starts[line], ends[line] - starts[line], StandardCharsets.UTF_8);
  }
}
