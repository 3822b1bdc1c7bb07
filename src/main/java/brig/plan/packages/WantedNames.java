package brig.plan.packages;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Names that are looked for in lists of paths. A host lists a hundred thousand paths and a jail
 * wants a few hundred, so a line is first asked for its length and its last bytes; only what passes
 * becomes a string.
 */
final class WantedNames {
  private static final int LAST = 8;
  private static final int SIEVE_BITS = 18;

  private final Map<String, List<Want>> wants = new HashMap<>();
  private final Map<String, String> found = new HashMap<>();
  private final long[] sieve = new long[1 << (SIEVE_BITS - 6)];
  private final int paths;

  /**
   * Whose file it is when a name is found.
   *
   * @param only the one package whose list counts; {@code except} the one whose list does not
   */
  private record Want(String path, @Nullable String only, @Nullable String except) {
    /** Not equals, which a record has linked at run time, at every build (docs/decisions/0002). */
    boolean isSame(Want other) {
      return path.equals(other.path)
          && Objects.equals(only, other.only)
          && Objects.equals(except, other.except);
    }

    boolean takes(String list) {
      return (only == null || isOf(list, only)) && (except == null || !isOf(list, except));
    }

    /** A list is called as its package, or with {@code :ARCHITECTURE} after it. */
    private static boolean isOf(String list, String name) {
      return list.startsWith(name)
          && (list.length() == name.length() || list.charAt(name.length()) == ':');
    }
  }

  /**
   * Nothing yet.
   *
   * @param paths how many are looked for
   */
  WantedNames(int paths) {
    this.paths = paths;
  }

  void add(String name, String path, @Nullable String only, @Nullable String except) {
    List<Want> sameName = wants.computeIfAbsent(name, n -> new ArrayList<>(1));
    Want want = new Want(path, only, except);
    for (Want known : sameName) {
      if (known.isSame(want)) {
        return;
      }
    }
    sameName.add(want);
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    int hash = hash(bytes, 0, bytes.length);
    sieve[hash >>> 6] |= 1L << hash;
  }

  boolean isComplete() {
    return found.size() == paths;
  }

  /** Path to list. */
  Map<String, String> found() {
    return found;
  }

  /** Goes through one list, a path on each line. The first list that has a path keeps it. */
  void search(String list, byte[] bytes) {
    int start = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        int hash = hash(bytes, start, i);
        if ((sieve[hash >>> 6] & 1L << hash) != 0) {
          check(list, new String(bytes, start, i - start, StandardCharsets.UTF_8));
        }
        start = i + 1;
      }
    }
  }

  private void check(String list, String name) {
    List<Want> sameName = wants.get(name);
    if (sameName != null) {
      for (Want want : sameName) {
        if (want.takes(list)) {
          found.putIfAbsent(want.path, list);
        }
      }
    }
  }

  private static int hash(byte[] bytes, int from, int to) {
    int hash = to - from;
    for (int i = Math.max(from, to - LAST); i < to; i++) {
      hash = hash * 31 + bytes[i];
    }
    return (hash * 0x9E3779B9) >>> (32 - SIEVE_BITS);
  }
}
