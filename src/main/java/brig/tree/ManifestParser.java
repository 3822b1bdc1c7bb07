package brig.tree;

import brig.plan.packages.Origin;
import brig.tree.ManifestEntry.Device;
import brig.tree.ManifestEntry.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@link ManifestWriter} writes, and nothing else: a file that is cut short, or that
 * somebody changed into something that no build writes, is told with the line where that shows.
 */
final class ManifestParser {
  /** The file is not a manifest as a build writes it; the message says where and why. */
  static final class BrokenException extends IOException {
    private static final long serialVersionUID = 1L;

    BrokenException(String message) {
      super(message);
    }
  }

  private static final int MOST_ENTRIES = 10_000_000;
  private static final Map<String, Kind> KINDS = new HashMap<>();

  static {
    for (Kind kind : Kind.values()) {
      KINDS.put(kind.word(), kind);
    }
  }

  private final byte[] text;
  private int at;

  ManifestParser(byte[] text, int at) {
    this.text = text;
    this.at = at;
  }

  Manifest manifest() throws BrokenException {
    ManifestHead head = head();
    List<ManifestEntry> entries = entries();
    expect('}');
    blanks();
    if (at < text.length) {
      throw broken("something follows its end");
    }
    return new Manifest(head.jail(), head.generation(), head.time(), head.seal(), entries);
  }

  ManifestHead head() throws BrokenException {
    expect('{');
    key("format");
    long format = number();
    if (format != ManifestWriter.FORMAT) {
      throw broken(
          "it is of format " + format + ", this Brig reads " + ManifestWriter.FORMAT + " only");
    }
    next("jail");
    String jail = string();
    next("generation");
    int generation = (int) bounded(Integer.MAX_VALUE);
    next("time");
    String time = string();
    next("seal");
    String seal = string();
    next("modified");
    long modified = number();
    next("packages");
    long packages = number();
    next("entries");
    return new ManifestHead(jail, generation, time, seal, modified, packages);
  }

  private void next(String name) throws BrokenException {
    expect(',');
    key(name);
  }

  private List<ManifestEntry> entries() throws BrokenException {
    List<ManifestEntry> entries = new ArrayList<>();
    expect('[');
    String last = null;
    do {
      ManifestEntry entry = entry();
      if (last != null && last.compareTo(entry.path()) >= 0) {
        throw broken("the entries are not sorted");
      }
      last = entry.path();
      entries.add(entry);
    } while (entries.size() < MOST_ENTRIES && more());
    expect(']');
    return entries;
  }

  /** One entry, from brace to brace. */
  ManifestEntry entry() throws BrokenException {
    expect('{');
    Map<String, Object> fields = new HashMap<>();
    List<List<String>> reasons = List.of();
    do {
      String key = string();
      expect(':');
      if (key.equals("reasons")) {
        reasons = reasons();
      } else if (fields.put(key, scalar()) != null) {
        throw broken("\"" + key + "\" stands there twice");
      }
    } while (more());
    expect('}');
    return new Fields(fields).entry(reasons);
  }

  private Object scalar() throws BrokenException {
    blanks();
    if (at < text.length && text[at] == '"') {
      return string();
    }
    return number();
  }

  private List<List<String>> reasons() throws BrokenException {
    List<List<String>> reasons = new ArrayList<>();
    expect('[');
    if (next(']')) {
      return reasons;
    }
    do {
      List<String> steps = new ArrayList<>();
      expect('[');
      do {
        steps.add(string());
      } while (more());
      expect(']');
      reasons.add(steps);
    } while (more());
    expect(']');
    return reasons;
  }

  /** The fields of one entry, taken out one by one: what is left over is unknown. */
  private final class Fields {
    private final Map<String, Object> fields;

    Fields(Map<String, Object> fields) {
      this.fields = fields;
    }

    ManifestEntry entry(List<List<String>> reasons) throws BrokenException {
      String path = text("path");
      if (!ManifestEntry.isNormal(path)) {
        throw broken("\"path\" is not an absolute, normal path");
      }
      Kind kind = KINDS.get(text("kind"));
      if (kind == null) {
        throw broken("its kind is not known");
      }
      boolean bare = kind == Kind.LINK || kind == Kind.SOCKET;
      boolean ofHost = kind == Kind.FILE || kind == Kind.MOUNTED;
      boolean written = kind == Kind.FILE || kind == Kind.GENERATED;
      ManifestEntry entry =
          new ManifestEntry(
              path,
              kind,
              bare ? 0 : mode(),
              bare ? 0 : (int) number("uid", 0xFFFFFFFFL),
              bare ? 0 : (int) number("gid", 0xFFFFFFFFL),
              written || ofHost ? number("size", Long.MAX_VALUE) : 0,
              ofHost || kind == Kind.FIFO ? signed("modified") : 0,
              written ? digest() : null,
              ofHost || kind == Kind.SOCKET ? text("source") : optional("source"),
              optional("same"),
              kind == Kind.LINK ? text("target") : null,
              kind == Kind.DEVICE ? device() : null,
              origin(),
              reasons);
      if (!fields.isEmpty()) {
        throw broken("\"" + fields.keySet().iterator().next() + "\" is not known here");
      }
      return entry;
    }

    private String text(String key) throws BrokenException {
      String value = optional(key);
      if (value == null) {
        throw broken("\"" + key + "\" is missing");
      }
      return value;
    }

    private @Nullable String optional(String key) throws BrokenException {
      Object value = fields.remove(key);
      if (value != null && !(value instanceof String)) {
        throw broken("\"" + key + "\" is not a text");
      }
      return (String) value;
    }

    private long signed(String key) throws BrokenException {
      if (fields.remove(key) instanceof Long value) {
        return value;
      }
      throw broken("\"" + key + "\" is missing or not a number");
    }

    private long number(String key, long most) throws BrokenException {
      long value = signed(key);
      if (value < 0 || value > most) {
        throw broken("\"" + key + "\" is out of range");
      }
      return value;
    }

    private int mode() throws BrokenException {
      String octal = text("mode");
      int mode = 0;
      boolean right = octal.length() >= 2 && octal.length() <= 5 && octal.charAt(0) == '0';
      for (int i = 1; i < octal.length() && right; i++) {
        int digit = octal.charAt(i) - '0';
        right = digit >= 0 && digit <= 7;
        mode = mode * 8 + digit;
      }
      if (!right) {
        throw broken("\"mode\" is not an octal mode");
      }
      return mode;
    }

    private String digest() throws BrokenException {
      String digest = text("sha256");
      boolean right = digest.length() == 64;
      for (int i = 0; i < digest.length() && right; i++) {
        char c = digest.charAt(i);
        right = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
      }
      if (!right) {
        throw broken("\"sha256\" is not one");
      }
      return digest;
    }

    private Device device() throws BrokenException {
      String type = text("type");
      if (!type.equals("block") && !type.equals("character")) {
        throw broken("\"type\" is neither block nor character");
      }
      return new Device(
          type.equals("block"), (int) number("major", 0xFFFFF), (int) number("minor", 0xFFFFF));
    }

    private @Nullable Origin origin() throws BrokenException {
      String name = optional("package");
      return name == null ? null : new Origin(name, text("version"));
    }
  }

  private void key(String name) throws BrokenException {
    if (!string().equals(name)) {
      throw broken("\"" + name + "\" is expected");
    }
    expect(':');
  }

  private void blanks() {
    while (at < text.length && (text[at] == ' ' || text[at] == '\n')) {
      at++;
    }
  }

  private boolean next(char c) {
    blanks();
    if (at < text.length && text[at] == c) {
      at++;
      return true;
    }
    return false;
  }

  private boolean more() {
    return next(',');
  }

  private void expect(char c) throws BrokenException {
    if (!next(c)) {
      throw broken(at < text.length ? "'" + c + "' is expected" : "it ends too early");
    }
  }

  private long bounded(long most) throws BrokenException {
    long value = number();
    if (value < 0 || value > most) {
      throw broken("a number is out of range");
    }
    return value;
  }

  private long number() throws BrokenException {
    blanks();
    boolean negative = at < text.length && text[at] == '-';
    int start = negative ? at + 1 : at;
    int end = start;
    long value = 0;
    while (end < text.length && text[end] >= '0' && text[end] <= '9') {
      value = value * 10 + (text[end] - '0');
      if (value < 0 || end - start > 18) {
        throw broken("a number is too large");
      }
      end++;
    }
    if (end == start) {
      throw broken(end < text.length ? "a number is expected" : "it ends too early");
    }
    at = end;
    return negative ? -value : value;
  }

  String string() throws BrokenException {
    expect('"');
    int start = at;
    boolean plain = true;
    while (at < text.length && text[at] != '"') {
      if (text[at] == '\\') {
        plain = false;
        at++;
      } else if (text[at] < 0) {
        plain = false;
      }
      at++;
    }
    if (at >= text.length) {
      throw broken("it ends too early");
    }
    int end = at++;
    return plain
        ? new String(text, start, end - start, StandardCharsets.ISO_8859_1)
        : unescape(new String(text, start, end - start, StandardCharsets.UTF_8));
  }

  private String unescape(String raw) throws BrokenException {
    StringBuilder out = new StringBuilder(raw.length());
    int i = 0;
    while (i < raw.length()) {
      char c = raw.charAt(i++);
      if (c != '\\') {
        out.append(c);
        continue;
      }
      char escaped = raw.charAt(i++);
      if (escaped == '"' || escaped == '\\') {
        out.append(escaped);
      } else if (escaped == 'u' && i + 4 <= raw.length()) {
        out.append((char) hex(raw, i));
        i += 4;
      } else {
        throw broken("an escape is not known");
      }
    }
    return out.toString();
  }

  private int hex(String raw, int from) throws BrokenException {
    int value = 0;
    for (int i = from; i < from + 4; i++) {
      char c = raw.charAt(i);
      int digit = c <= 'f' ? Character.digit(c, 16) : -1;
      if (digit < 0) {
        throw broken("an escape is not known");
      }
      value = value * 16 + digit;
    }
    return value;
  }

  private BrokenException broken(String what) {
    int line = 1;
    for (int i = 0; i < Math.min(at, text.length); i++) {
      line += text[i] == '\n' ? 1 : 0;
    }
    return new BrokenException("line " + line + ": " + what);
  }
}
