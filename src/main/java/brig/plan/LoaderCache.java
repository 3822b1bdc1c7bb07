package brig.plan;

import brig.plan.loader.Library;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The jail's /etc/ld.so.cache: what the loader found on the host through the cache only, it must
 * find in the jail through one too. In the format of glibc 2.32 and later (dl-cache.h, struct
 * cache_file_new, with the extension that names glibc-hwcaps directories).
 */
final class LoaderCache {
  private static final String MAGIC = "glibc-ld.so.cache1.1";
  private static final int HEADER = 48;
  private static final int ENTRY = 24;
  private static final int EXTENSION_MAGIC = 0xEAA42174;
  private static final int TAG_HWCAPS = 1;
  private static final long HWCAP_EXTENSION = 1L << 62;

  /** One line of the cache: {@code hwcaps} is the empty text for the plain library. */
  private record Line(String name, int flags, String hwcaps, String path) {}

  private final Map<String, Line> lines = new TreeMap<>();

  /** Notes a library; {@code head} is the beginning of the ELF file that needs it. */
  void found(Library library, byte[] head) {
    String path = library.path();
    if (path == null || !library.reason().contains("ld.so.cache") || head.length < 20) {
      return;
    }
    int flags = flags(head);
    if (flags == 0) {
      return;
    }
    note(library.name(), flags, path);
    for (String variant : library.variants()) {
      note(library.name(), flags, variant);
    }
  }

  private void note(String name, int flags, String path) {
    String marker = "/glibc-hwcaps/";
    int at = path.indexOf(marker);
    String hwcaps =
        at < 0 ? "" : path.substring(at + marker.length(), path.indexOf('/', at + marker.length()));
    lines.put(name + "\0" + flags + "\0" + hwcaps, new Line(name, flags, hwcaps, path));
  }

  /** The FLAG_* of sysdeps/generic/ldconfig.h for libraries of a file's class and machine. */
  private static int flags(byte[] head) {
    boolean wide = head[4] == 2;
    int low = head[18] & 0xFF;
    int high = head[19] & 0xFF;
    int machine = head[5] == 2 ? low << 8 | high : high << 8 | low;
    return switch (machine) {
      case 62 -> wide ? 0x0303 : 0x0803; // EM_X86_64: LP64, x32
      case 3 -> 0x0003; // EM_386
      case 183 -> 0x0A03; // EM_AARCH64
      case 40 -> 0x0903; // EM_ARM, hard float
      case 22 -> wide ? 0x0403 : 0x0003; // EM_S390
      case 21 -> 0x0503; // EM_PPC64
      case 243 -> 0x1003; // EM_RISCV, double float
      default -> 0;
    };
  }

  boolean isEmpty() {
    return lines.isEmpty();
  }

  byte[] bytes() throws IOException {
    List<Line> sorted = new ArrayList<>(lines.values());
    TreeSet<String> hwcaps = new TreeSet<>();
    for (Line line : sorted) {
      if (!line.hwcaps().isEmpty()) {
        hwcaps.add(line.hwcaps());
      }
    }
    List<String> hwcapNames = new ArrayList<>(hwcaps);
    // The loader searches by halves: names descend in its own order, and of one name the variants
    // come before the plain library.
    sorted.sort(
        (a, b) -> {
          int byName = compareNames(b.name(), a.name());
          if (byName != 0) {
            return byName;
          }
          int byFlags = Integer.compare(b.flags(), a.flags());
          return byFlags != 0 ? byFlags : b.hwcaps().compareTo(a.hwcaps());
        });
    return encode(sorted, hwcapNames);
  }

  private static byte[] encode(List<Line> lines, List<String> hwcaps) throws IOException {
    Strings strings = new Strings(HEADER + lines.size() * ENTRY);
    ByteBuffer entries = ByteBuffer.allocate(lines.size() * ENTRY).order(ByteOrder.nativeOrder());
    for (Line line : lines) {
      entries.putInt(line.flags());
      entries.putInt(strings.add(line.name()));
      entries.putInt(strings.add(line.path()));
      entries.putInt(0);
      entries.putLong(
          line.hwcaps().isEmpty() ? 0 : HWCAP_EXTENSION | hwcaps.indexOf(line.hwcaps()));
    }
    int[] hwcapStrings = new int[hwcaps.size()];
    for (int i = 0; i < hwcapStrings.length; i++) {
      hwcapStrings[i] = strings.add(hwcaps.get(i));
    }
    int textEnd = HEADER + entries.capacity() + strings.size();
    int extension = hwcaps.isEmpty() ? 0 : (textEnd + 3) & -4;
    int size = extension == 0 ? textEnd : extension + 24 + 4 * hwcapStrings.length;
    ByteBuffer out = ByteBuffer.allocate(size).order(ByteOrder.nativeOrder());
    out.put(MAGIC.getBytes(StandardCharsets.US_ASCII));
    out.putInt(lines.size()).putInt(strings.size());
    out.put((byte) (ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? 2 : 3));
    out.position(32);
    out.putInt(extension);
    out.position(HEADER);
    out.put(entries.flip()).put(strings.bytes());
    if (extension != 0) {
      out.position(extension);
      out.putInt(EXTENSION_MAGIC).putInt(1);
      out.putInt(TAG_HWCAPS).putInt(0).putInt(extension + 24).putInt(4 * hwcapStrings.length);
      for (int text : hwcapStrings) {
        out.putInt(text);
      }
    }
    return out.array();
  }

  /** The texts behind the entries, each NUL-terminated, counted from the file's beginning. */
  private static final class Strings {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final Map<String, Integer> at = new HashMap<>();
    private final int base;

    Strings(int base) {
      this.base = base;
    }

    int add(String text) throws IOException {
      Integer before = at.get(text);
      if (before != null) {
        return before;
      }
      int offset = base + out.size();
      out.write(text.getBytes(StandardCharsets.UTF_8));
      out.write(0);
      at.put(text, offset);
      return offset;
    }

    int size() {
      return out.size();
    }

    byte[] bytes() {
      return out.toByteArray();
    }
  }

  /** _dl_cache_libcmp of glibc's elf/dl-cache.c: digits compare as numbers and after letters. */
  static int compareNames(String a, String b) {
    int i = 0;
    int j = 0;
    while (i < a.length()) {
      char x = a.charAt(i);
      char y = j < b.length() ? b.charAt(j) : '\0';
      if (isDigit(x)) {
        if (!isDigit(y)) {
          return 1;
        }
        int endX = endOfDigits(a, i);
        int endY = endOfDigits(b, j);
        long m = Long.parseLong(a, i, endX, 10);
        long n = Long.parseLong(b, j, endY, 10);
        if (m != n) {
          return Long.compare(m, n);
        }
        i = endX;
        j = endY;
      } else if (isDigit(y)) {
        return -1;
      } else if (x != y) {
        return x - y;
      } else {
        i++;
        j++;
      }
    }
    return j < b.length() ? -b.charAt(j) : 0;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static int endOfDigits(String text, int from) {
    int end = from;
    // Eighteen digits fit a long; a longer version number than that does not exist.
    while (end < text.length() && isDigit(text.charAt(end)) && end - from < 18) {
      end++;
    }
    return end;
  }
}
