package brig.tree;

import brig.plan.packages.Origin;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a generation, as its manifest keeps it.
 *
 * @param path absolute inside the jail
 * @param mode permission bits in the jail (07777 octal); 0 for a link and a socket
 * @param size of a file's content in bytes, 0 for what has none; likewise {@code modifiedNanos},
 *     the host's time of change in nanoseconds since 1970, 0 for what was made for the jail
 * @param sha256 of the content of copied and generated files, 64 hexadecimal digits
 * @param source the path on the host of a file, a socket, or a device that is mounted at start
 * @param sameAs the path inside of the file that this is another name of (a hard link)
 * @param target the text of a link
 * @param device what a device node stands for
 * @param origin the package of the host that the source belongs to, at the version of then; null
 *     when no package has brought it
 * @param reasons why it is there: chains of steps, the first found first
 */
public record ManifestEntry(
    String path,
    Kind kind,
    int mode,
    int uid,
    int gid,
    long size,
    long modifiedNanos,
    @Nullable String sha256,
    @Nullable String source,
    @Nullable String sameAs,
    @Nullable String target,
    @Nullable Device device,
    @Nullable Origin origin,
    List<List<String>> reasons) {

  public ManifestEntry {
    reasons = List.copyOf(reasons);
  }

  /** What stands at the path. */
  public enum Kind {
    DIRECTORY("directory"),
    /** A copy of a file of the host. */
    FILE("file"),
    /** A file of the host that is mounted at start; without a digest, for nobody reads it. */
    MOUNTED("mounted"),
    /** A file that was made for the jail. */
    GENERATED("generated"),
    LINK("link"),
    /** A node, or with a {@code source} an empty file that the host's node is mounted on. */
    DEVICE("device"),
    FIFO("fifo"),
    /** A mount point: what the service writes lives outside of the generations. */
    WRITABLE("writable"),
    /** The same, in memory. */
    TEMPORARY("temporary"),
    /** A mount point of a socket, or of a directory of sockets, of the host. */
    SOCKET("socket");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    /** As the manifest writes it. */
    public String word() {
      return word;
    }
  }

  /** The numbers of a device node. */
  public record Device(boolean block, int major, int minor) {}

  /** Whether it is a regular file with content of its own or of another name. */
  public boolean isFile() {
    return kind == Kind.FILE || kind == Kind.GENERATED || kind == Kind.MOUNTED;
  }

  /** As {@link brig.plan.Plan} holds every path to be. */
  static boolean isNormal(String path) {
    if (path.equals("/")) {
      return true;
    }
    int start = 0;
    while (start < path.length() && path.charAt(start) == '/') {
      int end = path.indexOf('/', start + 1);
      String name = path.substring(start + 1, end < 0 ? path.length() : end);
      if (name.isEmpty() || name.equals(".") || name.equals("..") || name.indexOf('\0') >= 0) {
        return false;
      }
      if (end < 0) {
        return true;
      }
      start = end;
    }
    return false;
  }
}
