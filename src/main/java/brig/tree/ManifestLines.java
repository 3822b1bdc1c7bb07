package brig.tree;

import brig.tree.ManifestParser.BrokenException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A manifest as lines, of which only those are read that matter: a sync of one file must not cost
 * the reading of thousands.
 */
final class ManifestLines {
  private static final byte[] PATH = ascii("{\"path\":\"");
  private static final byte[] KIND = ascii("\",\"kind\":\"");
  private static final byte[] SOURCE = ascii(",\"source\":\"");
  private static final byte[] END = ascii(ManifestWriter.END);

  private final byte[] text;
  private final ManifestHead head;
  private final int[] starts;
  private final int[] ends;

  private ManifestLines(byte[] text, ManifestHead head, int[] starts, int[] ends) {
    this.text = text;
    this.head = head;
    this.starts = starts;
    this.ends = ends;
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

  /** Where the word of its kind begins. */
  private int kind(int line) {
    int at = starts[line] + PATH.length;
    while (text[at] != '"') {
      at += text[at] == '\\' ? 2 : 1;
    }
    return at + KIND.length;
  }

  /** Only the beginning is looked at: no two kinds share two letters but file and fifo. */
  private boolean isKind(int kind, char first, char second) {
    return text[kind] == first && text[kind + 1] == second;
  }

  /** The paths of the directories that hold only what the plan put there. */
  List<String> directories() throws BrokenException {
    List<String> directories = new ArrayList<>();
    for (int line = 0; line < count(); line++) {
      if (isKind(kind(line), 'd', 'i')) {
        directories.add(path(line));
      }
    }
    return directories;
  }

  /** How many regular files it tells of. */
  int files() {
    int files = 0;
    for (int line = 0; line < count(); line++) {
      int kind = kind(line);
      files += isKind(kind, 'g', 'e') || (isKind(kind, 'f', 'i') && text[kind + 2] == 'l') ? 1 : 0;
    }
    return files;
  }

  /** The lines of files that were copied from one of these paths of the host. */
  List<Integer> linesOfSources(java.util.Set<String> sources) throws BrokenException {
    List<Integer> lines = new ArrayList<>();
    for (int line = 0; line < count(); line++) {
      int kind = kind(line);
      if (isKind(kind, 'f', 'i') && text[kind + 2] == 'l') {
        int at = kind;
        while (at < ends[line] && (text[at] != ',' || !startsWith(text, at, SOURCE))) {
          at++;
        }
        String source = new ManifestParser(text, at + SOURCE.length - 1).string();
        if (sources.contains(source)) {
          lines.add(line);
        }
      }
    }
    return lines;
  }

  /** The same manifest with another head and some other lines. */
  byte[] with(ManifestHead newHead, java.util.Map<Integer, String> replaced) {
    byte[] first = newHead.text().getBytes(StandardCharsets.UTF_8);
    int size = first.length + text.length + 64;
    for (String line : replaced.values()) {
      size += 4 * line.length();
    }
    java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream(size);
    out.writeBytes(first);
    int from = starts[0] - 1;
    for (int line = 0; line < count(); line++) {
      String instead = replaced.get(line);
      if (instead != null) {
        out.write(text, from, starts[line] - from);
        out.writeBytes(instead.getBytes(StandardCharsets.UTF_8));
        from = ends[line];
      }
    }
    out.write(text, from, text.length - from);
    return out.toByteArray();
  }

  /** A line's text. */
  String text(int line) {
    return new String(text, starts[line], ends[line] - starts[line], StandardCharsets.UTF_8);
  }
}
