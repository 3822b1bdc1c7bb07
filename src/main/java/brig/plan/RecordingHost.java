package brig.plan;

import brig.elf.ByteSource;
import brig.elf.ElfException;
import brig.elf.ElfFile;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Passes everything through to a host, and notes every path that was looked at. */
public final class RecordingHost implements Host {
  private static final int MOST_LINKS = 40;

  private final Host host;
  private final Map<String, Look> looks = new HashMap<>();

  /** What a path looked like at first, and what was learnt from it. */
  static final class Look {
    final @Nullable FileStat stat;
    int kinds;
    long print;

    Look(@Nullable FileStat stat) {
      this.stat = stat;
    }

    boolean lacks(int kind) {
      return (kinds & kind) == 0;
    }

    void learnt(int kind, long what) {
      kinds |= kind;
      print ^= what;
    }
  }

  public RecordingHost(Host host) {
    this.host = host;
  }

  /**
   * All that was looked at so far.
   *
   * @param planner what makes the plan: another Brig plans otherwise
   */
  public Inputs inputs(long planner) {
    return Inputs.of(looks, planner);
  }

  @Override
  public @Nullable FileStat lstat(String path) throws IOException {
    FileStat stat = host.lstat(path);
    looks.putIfAbsent(path, new Look(stat));
    return stat;
  }

  @Override
  public String readLink(String path) throws IOException {
    Look look = note(path);
    String target = host.readLink(path);
    if (look.lacks(Learnt.TARGET)) {
      look.learnt(Learnt.TARGET, Learnt.target(target));
    }
    return target;
  }

  private Look note(String path) throws IOException {
    Look look = looks.get(path);
    if (look == null) {
      look = new Look(host.lstat(path));
      looks.put(path, look);
    }
    return look;
  }

  /** Notes what a path leads to, as the kernel would open it; gives the last of the chain. */
  private Look noteFollowed(String path) throws IOException {
    String at = path;
    Look look = note(at);
    for (int links = 0; links < MOST_LINKS; links++) {
      FileStat stat = look.stat;
      if (stat == null || stat.type() != FileStat.Type.LINK) {
        break;
      }
      String target = readLink(at);
      at = target.startsWith("/") ? target : Paths.parent(at) + "/" + target;
      look = note(at);
    }
    return look;
  }

  // In all of these: looked at before it is read, so that what comes in between shows later.

  @Override
  public List<String> list(String path) throws IOException {
    Look look = noteFollowed(path);
    List<String> names = host.list(path);
    if (look.lacks(Learnt.NAMES)) {
      look.learnt(Learnt.NAMES, Learnt.names(names));
    }
    return names;
  }

  @Override
  public ByteSource open(String path) throws IOException {
    noteFollowed(path).kinds |= Learnt.BYTES;
    return host.open(path);
  }

  @Override
  public byte[] read(String path) throws IOException {
    Look look = noteFollowed(path);
    byte[] content = host.read(path);
    if (look.lacks(Learnt.TEXT)) {
      look.learnt(Learnt.TEXT, Learnt.text(content));
    }
    return content;
  }

  @Override
  public byte[] head(String path) throws IOException {
    Look look = noteFollowed(path);
    byte[] head = host.head(path);
    if (look.lacks(Learnt.HEAD)) {
      look.learnt(Learnt.HEAD, Learnt.head(head));
    }
    return head;
  }

  @Override
  public @Nullable ElfFile elf(String path) throws IOException {
    Look look = noteFollowed(path);
    try {
      ElfFile file = host.elf(path);
      if (look.lacks(Learnt.ELF)) {
        look.learnt(Learnt.ELF, Learnt.elf(file, null));
      }
      return file;
    } catch (ElfException e) {
      if (look.lacks(Learnt.ELF)) {
        look.learnt(Learnt.ELF, Learnt.elf(null, e));
      }
      throw e;
    }
  }

  @Override
  public String machine() {
    return host.machine();
  }
}
