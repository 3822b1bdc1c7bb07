package brig.testing;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** An ld.so.cache for tests; entries are written in the order in which they are added. */
public final class LdSoCacheImage {
  private record Entry(int flags, String name, String path, long hwcap) {}

  private final List<Entry> entries = new ArrayList<>();
  private final List<String> hwcaps = new ArrayList<>();

  /** A 64-bit library for x86-64. */
  public LdSoCacheImage add(String name, String path) {
    return add(0x0303, name, path, 0);
  }

  public LdSoCacheImage add(int flags, String name, String path, long hwcap) {
    entries.add(new Entry(flags, name, path, hwcap));
    return this;
  }

  /** A library in a glibc-hwcaps directory. */
  public LdSoCacheImage addVariant(String name, String path, String hwcap) {
    if (!hwcaps.contains(hwcap)) {
      hwcaps.add(hwcap);
    }
    return add(0x0303, name, path, 1L << 62 | hwcaps.indexOf(hwcap));
  }

  /** Format glibc-ld.so.cache1.1. */
  public byte[] bytes() {
    int stringsAt = 48 + entries.size() * 24;
    ByteArrayOutputStream strings = new ByteArrayOutputStream();
    ByteBuffer table = buffer(stringsAt);
    table.put("glibc-ld.so.cache1.1".getBytes(StandardCharsets.UTF_8)).putInt(entries.size());
    table.position(48);
    for (Entry entry : entries) {
      table.putInt(entry.flags());
      table.putInt(stringsAt + text(strings, entry.name()));
      table.putInt(stringsAt + text(strings, entry.path()));
      table.putInt(0).putLong(entry.hwcap());
    }
    List<Integer> names = new ArrayList<>();
    hwcaps.forEach(name -> names.add(stringsAt + text(strings, name)));
    while (strings.size() % 4 != 0) {
      strings.write(0);
    }
    int extensionAt = stringsAt + strings.size();
    ByteBuffer extension = buffer(24 + 4 * names.size());
    extension.putInt(0xEAA42174).putInt(1).putInt(1).putInt(0);
    extension.putInt(extensionAt + 24).putInt(4 * names.size());
    names.forEach(extension::putInt);
    table.putInt(24, strings.size()).put(28, (byte) 2).putInt(32, extensionAt);
    return join(table.array(), strings.toByteArray(), extension.array());
  }

  /** Format ld.so-1.7.0, as libc5's and glibc's loaders before 2.2 read it. */
  public byte[] oldBytes() {
    ByteArrayOutputStream strings = new ByteArrayOutputStream();
    ByteBuffer table = buffer(16 + entries.size() * 12);
    table.put("ld.so-1.7.0".getBytes(StandardCharsets.UTF_8)).position(12);
    table.putInt(entries.size());
    for (Entry entry : entries) {
      table.putInt(entry.flags());
      table.putInt(text(strings, entry.name())).putInt(text(strings, entry.path()));
    }
    return join(table.array(), strings.toByteArray());
  }

  private static int text(ByteArrayOutputStream strings, String text) {
    int at = strings.size();
    strings.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    strings.write(0);
    return at;
  }

  private static ByteBuffer buffer(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
