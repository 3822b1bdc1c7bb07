package brig.tree;

import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Names;
import brig.linux.Stat;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is otherwise on the disk than a generation was built: somebody was at it. By looks alone
 * (kind, owner, mode, size, time, target); the audit reads every byte.
 *
 * @param path inside the jail
 * @param what in what it differs, for a person: {@code mode 0644, built as 0600}
 */
public record Drift(String path, String what) {
  /**
   * Looks at every path of a generation, and for strangers. No link is followed.
   *
   * @return sorted by path
   */
  public static List<Drift> of(Generations generations, Manifest manifest) throws LinuxException {
    List<Drift> found = new ArrayList<>();
    try (Fd root =
        Fd.open(
            generations.root(manifest.generation()),
            Fd.O_RDONLY | Fd.O_DIRECTORY | Fd.O_NOFOLLOW)) {
      Look look = new Look(manifest, new HashSet<>(), new HashSet<>(), found);
      look.directory(root, "/");
      look.missing();
    }
    found.sort((a, b) -> a.path.compareTo(b.path));
    return found;
  }

  private record Look(Manifest manifest, Set<String> seen, Set<String> entered, List<Drift> found) {
    void directory(Fd directory, String path) throws LinuxException {
      entered.add(path);
      ManifestEntry own = manifest.entry(path);
      if (own != null) {
        add(path, differs(own, directory.stat(), directory, ""));
      }
      String prefix = path.equals("/") ? "/" : path + "/";
      for (String name : directory.list()) {
        child(directory, name, prefix + name);
      }
    }

    private void child(Fd directory, String name, String path) throws LinuxException {
      ManifestEntry entry = manifest.entry(path);
      Stat stat = directory.statAt(name);
      if (stat == null) {
        return;
      }
      seen.add(path);
      if (entry == null) {
        found.add(new Drift(path, "was not built, and is there"));
      } else if (stat.isDirectory() && isDirectory(entry)) {
        try (Fd below = Names.openDirectory(directory, name)) {
          directory(below, path);
        }
      } else {
        add(path, differs(entry, stat, directory, name));
      }
    }

    private void add(String path, @Nullable String what) {
      if (what != null) {
        found.add(new Drift(path, what));
      }
    }

    /** Of a directory that is gone, what was in it is not told. */
    void missing() {
      for (ManifestEntry entry : manifest.entries()) {
        String path = entry.path();
        if (path.equals("/")) {
          continue;
        }
        String above = path.substring(0, path.lastIndexOf('/'));
        if (!seen.contains(path) && entered.contains(above.isEmpty() ? "/" : above)) {
          found.add(new Drift(path, "was built, and is gone"));
        }
      }
    }
  }

  private static boolean isDirectory(ManifestEntry entry) {
    return switch (entry.kind()) {
      case DIRECTORY, WRITABLE, TEMPORARY -> true;
      case SOCKET -> true; // a directory of sockets may stand behind it
      case FILE, MOUNTED, GENERATED, LINK, DEVICE, FIFO -> false;
    };
  }

  private static @Nullable String differs(ManifestEntry entry, Stat stat, Fd directory, String name)
      throws LinuxException {
    return switch (entry.kind()) {
      case DIRECTORY -> stat.isDirectory() ? access(entry, stat) : other(stat, "directory");
      case FILE, GENERATED -> stat.isFile() ? content(entry, stat) : other(stat, "file");
      case LINK -> {
        if (!stat.isLink()) {
          yield other(stat, "link");
        }
        String target = directory.readLinkAt(name);
        yield target.equals(entry.target())
            ? null
            : "leads to " + target + ", built as " + entry.target();
      }
      case FIFO -> stat.type() == Stat.S_IFIFO ? access(entry, stat) : other(stat, "fifo");
      case DEVICE -> device(entry, stat);
      // Empty, and covered by a mount whenever the service runs.
      case WRITABLE, TEMPORARY, SOCKET, MOUNTED -> null;
    };
  }

  private static @Nullable String device(ManifestEntry entry, Stat stat) {
    ManifestEntry.Device device = entry.device();
    if (device == null || entry.source() != null) {
      return stat.isFile() ? null : other(stat, "file to mount a device on");
    }
    int type = device.block() ? Stat.S_IFBLK : Stat.S_IFCHR;
    long numbers = (long) device.major() << 32 | device.minor();
    if (stat.type() != type || stat.special() != numbers) {
      return other(stat, "device " + device.major() + ":" + device.minor());
    }
    return access(entry, stat);
  }

  private static @Nullable String content(ManifestEntry entry, Stat stat) {
    if (stat.size() != entry.size()) {
      return "size " + stat.size() + ", built as " + entry.size();
    }
    if (entry.kind() == ManifestEntry.Kind.FILE && stat.modifiedNanos() != entry.modifiedNanos()) {
      return "written to since";
    }
    return access(entry, stat);
  }

  private static @Nullable String access(ManifestEntry entry, Stat stat) {
    int mode = stat.mode() & 07777;
    if (mode != entry.mode()) {
      return "mode " + octal(mode) + ", built as " + octal(entry.mode());
    }
    if (stat.uid() != entry.uid() || stat.gid() != entry.gid()) {
      return "owner "
          + owner(stat.uid(), stat.gid())
          + ", built as "
          + owner(entry.uid(), entry.gid());
    }
    return null;
  }

  private static String other(Stat stat, String built) {
    String is =
        switch (stat.type()) {
          case Stat.S_IFREG -> "a file";
          case Stat.S_IFDIR -> "a directory";
          case Stat.S_IFLNK -> "a link";
          case Stat.S_IFCHR, Stat.S_IFBLK -> "a device";
          case Stat.S_IFIFO -> "a fifo";
          default -> "a socket";
        };
    return is + ", built as a " + built;
  }

  private static String octal(int mode) {
    String digits = Integer.toOctalString(mode);
    return "0".repeat(Math.max(0, 4 - digits.length())) + digits;
  }

  private static String owner(int uid, int gid) {
    return Integer.toUnsignedString(uid) + ":" + Integer.toUnsignedString(gid);
  }
}
