package brig.plan.loader;

import brig.elf.ByteSource;
import brig.elf.ElfException;
import brig.elf.ElfFile;
import brig.plan.FileStat;
import brig.plan.Host;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What was already looked up on the host: each path once. */
final class HostFiles {
  private static final int MOST_LINKS = 40; // MAXSYMLINKS of the kernel
  private static final int SMALL = 4 * 1024 * 1024;

  private final Host host;
  private final Map<String, Optional<DiskFile>> files = new HashMap<>();
  private final Map<String, Boolean> directories = new HashMap<>();
  private final Map<String, List<String>> hwcaps = new HashMap<>();

  HostFiles(Host host) {
    this.host = host;
  }

  Host host() {
    return host;
  }

  /** The file at a path, links followed; null when the loader would find nothing to open. */
  @Nullable DiskFile at(String path) throws IOException {
    Optional<DiskFile> known = files.get(path);
    if (known == null) {
      known = Optional.ofNullable(look(path));
      files.put(path, known);
    }
    return known.orElse(null);
  }

  private @Nullable DiskFile look(String path) throws IOException {
    FileStat stat = stat(path);
    if (stat == null) {
      return null;
    }
    if (stat.type() != FileStat.Type.FILE) {
      return new DiskFile(path, stat.device(), stat.inode(), null, "cannot read file data", false);
    }
    @Nullable ElfFile elf = null;
    @Nullable String problem = null;
    boolean malformed = false;
    try {
      elf = host.elf(path);
      if (elf == null) {
        problem = stat.size() < 4 ? "file too short" : "invalid ELF header";
      }
    } catch (ElfException e) {
      problem = e.getMessage();
      malformed = true;
    }
    return new DiskFile(path, stat.device(), stat.inode(), elf, problem, malformed);
  }

  /** Links followed; null when there is nothing, or a link leads nowhere. */
  @Nullable FileStat stat(String path) throws IOException {
    String at = path;
    for (int i = 0; i < MOST_LINKS; i++) {
      FileStat stat = host.lstat(at);
      if (stat == null || stat.type() != FileStat.Type.LINK) {
        return stat;
      }
      at = target(at, host.readLink(at));
    }
    return null;
  }

  private static String target(String link, String text) {
    return text.startsWith("/") ? text : link.substring(0, link.lastIndexOf('/') + 1) + text;
  }

  boolean isDirectory(String path) throws IOException {
    Boolean known = directories.get(path);
    if (known == null) {
      FileStat stat = stat(path);
      known = stat != null && stat.type() == FileStat.Type.DIRECTORY;
      directories.put(path, known);
    }
    return known;
  }

  /** The names in a directory's glibc-hwcaps directory; none where there is no such. */
  List<String> hwcaps(String directory) throws IOException {
    List<String> known = hwcaps.get(directory);
    if (known == null) {
      String path = directory + "/glibc-hwcaps";
      known = isDirectory(path) ? host.list(path) : List.of();
      hwcaps.put(directory, known);
    }
    return known;
  }

  /** The path without links, {@code .} and {@code ..}, as /proc/self/exe shows it. */
  String realPath(String path) throws IOException {
    Deque<String> left = new ArrayDeque<>(Arrays.asList(path.split("/")));
    String real = "";
    int links = 0;
    while (!left.isEmpty()) {
      String name = left.removeFirst();
      if (name.isEmpty() || name.equals(".")) {
        continue;
      }
      if (name.equals("..")) {
        real = real.substring(0, Math.max(0, real.lastIndexOf('/')));
        continue;
      }
      String next = real + "/" + name;
      FileStat stat = host.lstat(next);
      if (stat != null && stat.type() == FileStat.Type.LINK && links++ < MOST_LINKS) {
        String text = host.readLink(next);
        real = text.startsWith("/") ? "" : real;
        Arrays.asList(text.split("/")).reversed().forEach(left::addFirst);
      } else {
        real = next;
      }
    }
    return real.isEmpty() ? "/" : real;
  }

  /** A small file's bytes, also where its size is told as 0 (/proc); null where there is none. */
  byte @Nullable [] bytes(String path) throws IOException {
    FileStat stat = stat(path);
    if (stat == null) {
      return null;
    }
    if (stat.size() <= SMALL) {
      return host.read(path);
    }
    try (ByteSource source = host.open(path)) {
      byte[] bytes = new byte[SMALL];
      return Arrays.copyOf(bytes, source.read(0, bytes, 0, SMALL));
    }
  }
}
