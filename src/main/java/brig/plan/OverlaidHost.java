package brig.plan;

import brig.elf.ByteSource;
import brig.elf.ElfFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The host as the jail will see it: some paths show other places of the host. All planning works on
 * paths inside; this is the one place that knows the difference. Looks each path up once.
 */
final class OverlaidHost implements Host {
  private final Host host;

  /** Inside to outside, both real: no component of either is a link. */
  private final Map<String, String> mapped = new HashMap<>();

  private final Map<String, Known> known = new HashMap<>();

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
    FileStat stat = host.lstat(outside(path));
    if (stat == null && leadsToMapped(path)) {
      stat = BETWEEN;
    }
    known.put(path, new Known(stat));
    return stat;
  }

  /** Whether a directory must be there for the sake of one that is mapped below it. */
  private boolean leadsToMapped(String path) {
    for (String inside : mapped.keySet()) {
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
    if (mapped.isEmpty()) {
      return host.list(path);
    }
    TreeSet<String> all = new TreeSet<>();
    if (host.lstat(outside(path)) != null) {
      all.addAll(host.list(outside(path)));
    }
    String prefix = path.equals("/") ? "/" : path + "/";
    for (String inside : mapped.keySet()) {
      if (inside.startsWith(prefix)) {
        int end = inside.indexOf('/', prefix.length());
        all.add(inside.substring(prefix.length(), end < 0 ? inside.length() : end));
      }
    }
    return new ArrayList<>(all);
  }

  @Override
  public ByteSource open(String path) throws IOException {
    return host.open(outside(path));
  }

  @Override
  public byte[] read(String path) throws IOException {
    return host.read(outside(path));
  }

  @Override
  public byte[] head(String path) throws IOException {
    return host.head(outside(path));
  }

  @Override
  public @Nullable ElfFile elf(String path) throws IOException {
    return host.elf(outside(path));
  }

  @Override
  public String machine() {
    return host.machine();
  }
}
