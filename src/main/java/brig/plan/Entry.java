package brig.plan;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One thing in the jail. Paths are absolute inside the jail and normal; no entry's path leads
 * through another entry that is a link.
 */
public sealed interface Entry {
  String path();

  /** Why it is there: at least one chain, the first found first. */
  List<Reason> reasons();

  /** A file of the host, wherever on the host its bytes are. */
  record File(String path, String source, FileStat stat, List<Reason> reasons) implements Entry {}

  /** A file that is made for the jail, such as a trimmed passwd. */
  record Generated(String path, byte[] content, int mode, int uid, int gid, List<Reason> reasons)
      implements Entry {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Generated g
          && path.equals(g.path)
          && Arrays.equals(content, g.content)
          && mode == g.mode
          && uid == g.uid
          && gid == g.gid
          && reasons.equals(g.reasons);
    }

    @Override
    public int hashCode() {
      return path.hashCode() * 31 + Arrays.hashCode(content);
    }
  }

  /** A directory that holds only what other entries put there. */
  record Directory(String path, int mode, int uid, int gid, List<Reason> reasons)
      implements Entry {}

  /** A directory that the service may write to; its content is never the plan's. */
  record Writable(String path, int mode, int uid, int gid, boolean temporary, List<Reason> reasons)
      implements Entry {}

  record Link(String path, String target, List<Reason> reasons) implements Entry {}

  /** A device node with the numbers that the host has for it. */
  record Device(String path, boolean block, int major, int minor, int mode, List<Reason> reasons)
      implements Entry {}

  /**
   * A socket, or a directory of sockets, of the host that is mounted at start; in a jail that a
   * daemon enters, where nothing is copied, any file or directory that is.
   */
  record Socket(String path, String source, List<Reason> reasons) implements Entry {}
}
