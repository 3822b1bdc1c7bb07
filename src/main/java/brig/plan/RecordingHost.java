package brig.plan;

import brig.elf.ByteSource;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Passes everything through to a host, and notes every path that was looked at. */
public final class RecordingHost implements Host {
  private static final int MOST_LINKS = 40;

  private final Host host;
  private final Map<String, Inputs.Look> looks = new HashMap<>();

  public RecordingHost(Host host) {
    this.host = host;
  }

  /** All that was looked at so far. */
  public Inputs inputs() {
    return Inputs.of(looks);
  }

  @Override
  public @Nullable FileStat lstat(String path) throws IOException {
    FileStat stat = host.lstat(path);
    looks.putIfAbsent(path, new Inputs.Look(stat, false));
    return stat;
  }

  @Override
  public String readLink(String path) throws IOException {
    note(path);
    return host.readLink(path);
  }

  private Inputs.Look note(String path) throws IOException {
    Inputs.Look before = looks.get(path);
    if (before != null) {
      return before;
    }
    Inputs.Look look = new Inputs.Look(host.lstat(path), false);
    looks.put(path, look);
    return look;
  }

  /** Notes what a path leads to, as the kernel would open it; gives the last path of the chain. */
  private String noteFollowed(String path) throws IOException {
    String at = path;
    for (int links = 0; links < MOST_LINKS; links++) {
      FileStat stat = note(at).stat();
      if (stat == null || stat.type() != FileStat.Type.LINK) {
        break;
      }
      String target = host.readLink(at);
      at = target.startsWith("/") ? target : Paths.parent(at) + "/" + target;
    }
    return at;
  }

  @Override
  public List<String> list(String path) throws IOException {
    // Looked at before it is read: what comes in between shows at the next comparison.
    String directory = noteFollowed(path);
    looks.put(directory, new Inputs.Look(note(directory).stat(), true));
    return host.list(path);
  }

  @Override
  public ByteSource open(String path) throws IOException {
    noteFollowed(path);
    return host.open(path);
  }

  @Override
  public String machine() {
    return host.machine();
  }
}
