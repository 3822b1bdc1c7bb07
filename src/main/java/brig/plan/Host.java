package brig.plan;

import brig.elf.ByteSource;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The host, to be looked at only. Paths are absolute; every component but the last is followed by
 * the kernel. Nothing here runs a program. Whatever is asked is an input of the plan: a build whose
 * inputs all look as before has nothing to do.
 */
public interface Host {
  /** The file itself, a last link not followed; null when there is none. */
  @Nullable FileStat lstat(String path) throws IOException;

  /** The text of a symbolic link. */
  String readLink(String path) throws IOException;

  /** The names in a directory, sorted. */
  List<String> list(String path) throws IOException;

  /** A file's bytes, to be read here and there. */
  ByteSource open(String path) throws IOException;

  /** A small file, whole. */
  default byte[] read(String path) throws IOException {
    try (ByteSource source = open(path)) {
      byte[] bytes = new byte[Math.toIntExact(source.size())];
      int count = source.read(0, bytes, 0, bytes.length);
      return count == bytes.length ? bytes : java.util.Arrays.copyOf(bytes, count);
    }
  }

  /** The machine as {@code uname -m} names it. */
  String machine();
}
