package brig.cli.keep;

import brig.elf.ByteSource;
import brig.elf.ElfFile;
import brig.plan.FileStat;
import brig.plan.Host;
import brig.plan.PackedStat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The host for a command that compares many jails with it: a path that one jail was made from is
 * looked at once for all. What changes while the command runs shows at the next; all but the
 * comparison sees the host as it is.
 */
final class SharedLooks implements Host {
  private static final int WORDS = PackedStat.WORDS;

  private final Host host;
  private final Map<String, Integer> known = new HashMap<>();
  private long[] looks = new long[1024 * WORDS];

  SharedLooks(Host host) {
    this.host = host;
  }

  @Override
  public void lstatAll(String[] paths, long[] into) throws IOException {
    List<String> unknown = new ArrayList<>();
    for (String path : paths) {
      if (!known.containsKey(path)) {
        known.put(path, known.size());
        unknown.add(path);
      }
    }
    if (!unknown.isEmpty()) {
      look(unknown);
    }
    for (int i = 0; i < paths.length; i++) {
      Integer at = known.get(paths[i]);
      if (at != null) {
        System.arraycopy(looks, at * WORDS, into, i * WORDS, WORDS);
      }
    }
  }

  private void look(List<String> unknown) throws IOException {
    long[] fresh = new long[unknown.size() * WORDS];
    host.lstatAll(unknown.toArray(new String[0]), fresh);
    int from = (known.size() - unknown.size()) * WORDS;
    if (from + fresh.length > looks.length) {
      looks = Arrays.copyOf(looks, Math.max(2 * looks.length, from + fresh.length));
    }
    System.arraycopy(fresh, 0, looks, from, fresh.length);
  }

  @Override
  public @Nullable FileStat lstat(String path) throws IOException {
    return host.lstat(path);
  }

  @Override
  public String readLink(String path) throws IOException {
    return host.readLink(path);
  }

  @Override
  public List<String> list(String path) throws IOException {
    return host.list(path);
  }

  @Override
  public ByteSource open(String path) throws IOException {
    return host.open(path);
  }

  @Override
  public byte[] read(String path) throws IOException {
    return host.read(path);
  }

  @Override
  public byte[] head(String path) throws IOException {
    return host.head(path);
  }

  @Override
  public @Nullable ElfFile elf(String path) throws IOException {
    return host.elf(path);
  }

  @Override
  public String machine() {
    return host.machine();
  }
}
