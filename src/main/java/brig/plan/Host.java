package brig.plan;

import brig.elf.ByteSource;
import brig.elf.ElfFile;
import java.io.IOException;
import java.util.Arrays;
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

  /** A small file, whole, also one of /proc, whose size is told as 0. */
  default byte[] read(String path) throws IOException {
    try (ByteSource source = open(path)) {
      byte[] bytes = new byte[Math.max(4096, Math.toIntExact(source.size()))];
      int count = 0;
      while (count < bytes.length) {
        int got = source.read(count, bytes, count, bytes.length - count);
        if (got <= 0) {
          break;
        }
        count += got;
      }
      return Arrays.copyOf(bytes, count);
    }
  }

  /**
   * As much of a file's beginning as execve(2) sees; of an ELF file, whose further bytes change
   * with every build of it, only what tells for which machine it is.
   */
  default byte[] head(String path) throws IOException {
    try (ByteSource source = open(path)) {
      byte[] head = new byte[FileLook.HEAD];
      int count = source.read(0, head, 0, head.length);
      return Arrays.copyOf(head, FileLook.isElf(head) ? Math.min(count, FileLook.ELF) : count);
    }
  }

  /**
   * What the loader reads of a file; null when it does not begin as an ELF file.
   *
   * @throws brig.elf.ElfException when it does, but what follows is not one
   */
  default @Nullable ElfFile elf(String path) throws IOException {
    try (ByteSource source = open(path)) {
      return ElfFile.read(source);
    }
  }

  /** Looks at many paths, as {@link #lstat} does; {@link PackedStat#WORDS} numbers for each. */
  default void lstatAll(String[] paths, long[] into) throws IOException {
    for (int i = 0; i < paths.length; i++) {
      PackedStat.pack(lstat(paths[i]), into, i * PackedStat.WORDS);
    }
  }

  /** The machine as {@code uname -m} names it. */
  String machine();
}
