package brig.plan.loader;

import brig.elf.ElfText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * /etc/ld.so.cache as ldconfig(8) writes it: glibc's sysdeps/generic/dl-cache.h. Entries stay bytes
 * and are searched by halves, as the loader does. Nothing in the file is trusted.
 */
final class LdSoCache {
  /**
   * One entry.
   *
   * @param flags the kind of library, such as {@code FLAG_X8664_LIB64 | FLAG_ELF_LIBC6}
   * @param hwcap the glibc-hwcaps directory that it is in; null where it is in none
   * @param legacy it is for a processor by glibc's older rules (before 2.37): tls, i686, ...
   */
  record Entry(int flags, String name, String path, @Nullable String hwcap, boolean legacy) {}

  private static final byte[] OLD = ascii("ld.so-1.7.0");
  private static final byte[] NEW = ascii("glibc-ld.so.cache1.1");
  private static final int OLD_HEADER = 16;
  private static final int OLD_ENTRY = 12;
  private static final int NEW_HEADER = 48;
  private static final int NEW_ENTRY = 24;
  private static final int EXTENSION_MAGIC = 0xEAA42174;
  private static final int TAG_GLIBC_HWCAPS = 1;
  private static final int NAME_MOST = 4096;
  private static final int HWCAPS_MOST = 256;
  private static final int SAME_NAME_MOST = 256;

  // dl-cache.h: the upper half says that the lower is an index of the hwcaps section; its lowest
  // ten bits are the ISA level that the library's own note asks for.
  private static final int HWCAP_EXTENSION = 1 << 30;
  private static final int ISA_LEVEL_MASK = 0x3FF;

  private final byte[] bytes;
  private final boolean bigEndian;
  private final int entries;
  private final int entrySize;
  private final int count;
  private final int strings;
  private final List<@Nullable String> hwcapNames;

  private LdSoCache(
      byte[] bytes, boolean bigEndian, int entries, int entrySize, int count, int strings) {
    this.bytes = bytes;
    this.bigEndian = bigEndian;
    this.entries = entries;
    this.entrySize = entrySize;
    this.count = count;
    this.strings = strings;
    this.hwcapNames = entrySize == NEW_ENTRY ? readHwcapNames() : List.of();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Null where the bytes are no cache that a loader would use. */
  static @Nullable LdSoCache parse(byte[] bytes) {
    if (startsWith(bytes, 0, NEW)) {
      return parseNew(bytes, 0);
    }
    if (!startsWith(bytes, 0, OLD) || bytes.length < OLD_HEADER) {
      return null;
    }
    int count = word(bytes, 12, false);
    if (count < 0 || count > (bytes.length - OLD_HEADER) / OLD_ENTRY) {
      return null;
    }
    int end = OLD_HEADER + count * OLD_ENTRY;
    int aligned = (end + 7) & -8;
    if (startsWith(bytes, aligned, NEW)) {
      return parseNew(bytes, aligned);
    }
    return new LdSoCache(bytes, false, OLD_HEADER, OLD_ENTRY, count, end);
  }

  private static @Nullable LdSoCache parseNew(byte[] bytes, int base) {
    if (bytes.length - base < NEW_HEADER) {
      return null;
    }
    boolean big = (bytes[base + 28] & 3) == 3; // cache_file_new_flags_endian_big
    int count = word(bytes, base + 20, big);
    if (count < 0 || count > (bytes.length - base - NEW_HEADER) / NEW_ENTRY) {
      return null;
    }
    return new LdSoCache(bytes, big, base + NEW_HEADER, NEW_ENTRY, count, base);
  }

  private static boolean startsWith(byte[] bytes, int at, byte[] magic) {
    if (bytes.length - at < magic.length) {
      return false;
    }
    for (int i = 0; i < magic.length; i++) {
      if (bytes[at + i] != magic[i]) {
        return false;
      }
    }
    return true;
  }

  private static int word(byte[] bytes, int at, boolean big) {
    int value =
        (bytes[at] & 0xFF)
            | (bytes[at + 1] & 0xFF) << 8
            | (bytes[at + 2] & 0xFF) << 16
            | (bytes[at + 3] & 0xFF) << 24;
    return big ? Integer.reverseBytes(value) : value;
  }

  private int word(int at) {
    return word(bytes, at, bigEndian);
  }

  /** All entries for a name, in the file's order: those with a hwcap come first. */
  List<Entry> lookUp(String name) {
    byte[] wanted = name.getBytes(StandardCharsets.UTF_8);
    int low = 0;
    int high = count - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = compareKey(wanted, middle);
      if (order == 0) {
        return around(wanted, middle);
      }
      // The file is sorted downwards.
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return List.of();
  }

  private List<Entry> around(byte[] wanted, int middle) {
    int first = middle;
    while (first > 0 && compareKey(wanted, first - 1) == 0) {
      first--;
    }
    List<Entry> found = new ArrayList<>(2);
    int end = (int) Math.min(count, (long) first + SAME_NAME_MOST);
    for (int i = first; i < end && compareKey(wanted, i) == 0; i++) {
      Entry entry = entry(i);
      if (entry != null) {
        found.add(entry);
      }
    }
    return found;
  }

  void forEach(Consumer<Entry> each) {
    for (int i = 0; i < count; i++) {
      Entry entry = entry(i);
      if (entry != null) {
        each.accept(entry);
      }
    }
  }

  private @Nullable Entry entry(int i) {
    int at = entries + i * entrySize;
    String name = string(word(at + 4));
    String path = string(word(at + 8));
    if (name == null || path == null) {
      return null;
    }
    @Nullable String hwcap = null;
    boolean legacy = false;
    if (entrySize == NEW_ENTRY) {
      int low = word(bigEndian ? at + 20 : at + 16);
      int high = word(bigEndian ? at + 16 : at + 20);
      if ((high & ~ISA_LEVEL_MASK) == HWCAP_EXTENSION) {
        hwcap = low >= 0 && low < hwcapNames.size() ? hwcapNames.get(low) : null;
        if (hwcap == null) {
          return null; // what it is for cannot be known: no loader would take it
        }
      } else {
        legacy = (low | high) != 0;
      }
    }
    return new Entry(word(at), name, path, hwcap, legacy);
  }

  private List<@Nullable String> readHwcapNames() {
    int base = strings;
    int extension = word(base + 32);
    List<@Nullable String> names = new ArrayList<>();
    int at = base + extension;
    if (extension <= 0 || at < 0 || at > bytes.length - 8 || word(at) != EXTENSION_MAGIC) {
      return names;
    }
    int sections = word(at + 4);
    for (int i = 0; i < sections && at + 8 + (i + 1) * 16 <= bytes.length; i++) {
      int section = at + 8 + i * 16;
      int start = base + word(section + 8);
      int size = word(section + 12);
      boolean inside = start >= 0 && size >= 0 && start <= bytes.length - size;
      if (word(section) == TAG_GLIBC_HWCAPS && inside) {
        for (int k = 0; k + 4 <= size && names.size() < HWCAPS_MOST; k += 4) {
          names.add(string(word(start + k)));
        }
      }
    }
    return names;
  }

  private @Nullable String string(int offset) {
    int start = strings + offset;
    if (offset < 0 || start < 0 || start >= bytes.length) {
      return null;
    }
    int most = Math.min(bytes.length, start + NAME_MOST);
    for (int end = start; end < most; end++) {
      if (bytes[end] == 0) {
        return ElfText.decode(bytes, start, end);
      }
    }
    return null;
  }

  private int compareKey(byte[] wanted, int i) {
    int offset = word(entries + i * entrySize + 4);
    int start = strings + offset;
    return offset < 0 || start < 0 || start >= bytes.length ? 1 : compare(wanted, start);
  }

  /** glibc's _dl_cache_libcmp: runs of digits compare as numbers. */
  private int compare(byte[] a, int startB) {
    int i = 0;
    int k = startB;
    while (i < a.length) {
      int x = a[i] & 0xFF;
      int y = at(k);
      if (isDigit(x)) {
        if (!isDigit(y)) {
          return 1;
        }
        long m = 0;
        long n = 0;
        while (i < a.length && isDigit(a[i])) {
          m = (m * 10 + a[i++] - '0') & 0xFFFFFFFFL;
        }
        while (isDigit(at(k))) {
          n = (n * 10 + at(k++) - '0') & 0xFFFFFFFFL;
        }
        if (m != n) {
          return Long.compare(m, n);
        }
      } else if (isDigit(y)) {
        return -1;
      } else if (x != y) {
        return Integer.compare(x, y);
      } else {
        i++;
        k++;
      }
    }
    return -at(k);
  }

  private int at(int index) {
    return index < bytes.length ? bytes[index] & 0xFF : 0;
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }
}
