package brig.plan;

import brig.elf.ByteSource;
import brig.elf.ElfFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The host as the jail will see it: some paths show other places of the host, some files are given
 * by the jailfile. All planning works on paths inside; this is the one place that knows the
 * difference. Looks each path up once.
 */
final class OverlaidHost implements Host {
  private final Host host;

  /** Inside to outside, both real: no component of either is a link. */
  private final Map<String, String> mapped = new HashMap<>();

  private final Map<String, Known> known = new HashMap<>();

  /** Files that the host need not have, by their paths inside. */
  private final Map<String, Given> given = new HashMap<>();

  private record Given(byte[] content, int mode) {
    FileStat stat() {
      return new FileStat(FileStat.Type.FILE, mode, 0, 0, content.length, 0, 0, 1, 0, 0, 0);
    }
  }

  /** A directory above a mapped one that the host lacks. */
  private static final FileStat BETWEEN =
      new FileStat(FileStat.Type.DIRECTORY, 0755, 0, 0, 0, 0, 0, 1, 0, 0, 0);

  private record Known(@Nullable FileStat stat) {}

  OverlaidHost(Host host) {
    this.host = host;
  }

  void map(String inside, String outside) {
    mapped.put(inside, outside);
    known.clear();
  }

  /** Lets a path show a file of this content. */
  void give(String inside, byte[] content, int mode) {
    given.put(inside, new Given(content, mode));
    known.clear();
  }

  /** Where on the host the bytes of a path inside are. */
  String outside(String inside) {
    if (mapped.isEmpty()) {
      return inside;
    }
    String prefix = inside;
    while (!prefix.isEmpty()) {
      String to = mapped.get(prefix);
      if (to != null) {
        return to.equals("/")
            ? inside.substring(prefix.length())
            : to + inside.substring(prefix.length());
      }
      prefix = Paths.parent(prefix);
    }
    return inside;
  }

  @Override
  public @Nullable FileStat lstat(String path) throws IOException {
    Known before = known.get(path);
    if (before != null) {
      return before.stat();
    }
    Given file = given.get(path);
    FileStat stat = file == null ? host.lstat(outside(path)) : file.stat();
    if (stat == null && leadsToOther(path)) {
      stat = BETWEEN;
    }
    known.put(path, new Known(stat));
    return stat;
  }

  /** Whether a directory must be there for the sake of what is mapped or given below it. */
  private boolean leadsToOther(String path) {
    String plain = path.endsWith("/.") ? path.substring(0, path.length() - 2) : path; // Glob's
    return isAbove(plain, mapped.keySet()) || isAbove(plain, given.keySet());
  }

  private static boolean isAbove(String path, Set<String> insides) {
    for (String inside : insides) {
      if (Paths.isWithin(inside, path)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public String readLink(String path) throws IOException {
    return host.readLink(outside(path));
  }

  @Override
  public List<String> list(String path) throws IOException {
    if (mapped.isEmpty() && given.isEmpty()) {
      return host.list(path);
    }
    TreeSet<String> all = new TreeSet<>();
    if (host.lstat(outside(path)) != null) {
      all.addAll(host.list(outside(path)));
    }
    String prefix = path.equals("/") ? "/" : path + "/";
    addNames(mapped.keySet(), prefix, all);
    addNames(given.keySet(), prefix, all);
    return new ArrayList<>(all);
  }

  private static void addNames(Set<String> insides, String prefix, Set<String> names) {
    for (String inside : insides) {
      if (inside.startsWith(prefix)) {
        int end = inside.indexOf('/', prefix.length());
        names.add(inside.substring(prefix.length(), end < 0 ? inside.length() : end));
      }
    }
  }

  @Override
  public ByteSource open(String path) throws IOException {
    Given file = given.get(path);
    return file == null ? host.open(outside(path)) : ByteSource.of(file.content());
  }

  @Override
  public byte[] read(String path) throws IOException {
    Given file = given.get(path);
    return file == null ? host.read(outside(path)) : file.content();
  }

  @Override
  public byte[] head(String path) throws IOException {
    Given file = given.get(path);
    return file == null
        ? host.head(outside(path))
        : Arrays.copyOf(file.content(), Math.min(file.content().length, FileLook.HEAD));
  }

  @Override
  public @Nullable ElfFile elf(String path) throws IOException {
    return given.containsKey(path) ? null : host.elf(outside(path)); // what is given is text
  }

  @Override
  public String machine() {
    return host.machine();
  }
}
