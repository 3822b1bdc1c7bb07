package brig.web.file;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Which files have precompressed ones beside them, as far as was seen a moment ago. */
final class Siblings {
  /** Content codings in the order in which they are offered. */
  static final List<String> ENCODINGS = List.of("br", "zstd", "gzip");

  static String suffix(String encoding) {
    return switch (encoding) {
      case "br" -> ".br";
      case "zstd" -> ".zst";
      default -> ".gz";
    };
  }

  /**
   * Whether a field Accept-Encoding names it, and not with a quality of zero (RFC 9110, 12.5.3).
   */
  static boolean accepts(String field, String encoding) {
    int at = field.indexOf(encoding);
    if (at < 0) {
      return false;
    }
    int end = at + encoding.length();
    boolean whole =
        (at == 0 || field.charAt(at - 1) == ' ' || field.charAt(at - 1) == ',')
            && (end == field.length() || ",; ".indexOf(field.charAt(end)) >= 0);
    String rest = field.substring(end);
    int comma = rest.indexOf(',');
    String parameters = (comma < 0 ? rest : rest.substring(0, comma)).replace(" ", "");
    return whole && !parameters.matches(";q=0(\\.0*)?");
  }

  private static final int MOST = 10_000;

  private record Seen(boolean some, long nanos) {}

  private final ConcurrentHashMap<String, Seen> seen = new ConcurrentHashMap<>();
  private volatile boolean any;

  boolean isFresh(String key) {
    @Nullable Seen last = seen.get(key);
    return last != null && System.nanoTime() - last.nanos() < FileCache.FRESH_NANOS;
  }

  boolean has(String key) {
    @Nullable Seen last = seen.get(key);
    return last != null && last.some();
  }

  void none(String key) {
    put(key, false);
  }

  void some(String key) {
    any = true;
    put(key, true);
  }

  private void put(String key, boolean some) {
    if (seen.size() > MOST) {
      seen.clear();
    }
    seen.put(key, new Seen(some, System.nanoTime()));
  }

  /** Whether a file here ever had one: then answers depend on what the client accepts. */
  boolean any() {
    return any;
  }
}
