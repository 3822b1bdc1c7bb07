package brig.tree;

import brig.linux.Fd;
import brig.linux.LinuxException;

/**
 * The directory that holds the next name, kept open from one name to the next. It is looked up from
 * the root's descriptor, never through a link and never above it (openat2(2)), so that a link
 * planted in the tree makes the build fail rather than write outside.
 */
final class ParentDirectory implements AutoCloseable {
  private static final int INSIDE =
      Fd.RESOLVE_BENEATH | Fd.RESOLVE_NO_SYMLINKS | Fd.RESOLVE_NO_XDEV;

  private final Fd root;
  private String path = "";
  private Fd open;

  ParentDirectory(Fd root) {
    this.root = root;
    this.open = root;
  }

  /** The last component of a path. */
  static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** The directory that holds {@code child}; closed by the next call. */
  Fd of(String child) throws LinuxException {
    String parent = child.substring(0, child.lastIndexOf('/'));
    if (!parent.equals(path)) {
      Fd next = parent.isEmpty() ? root : directory(root, parent, Fd.O_PATH);
      close();
      open = next;
      path = parent;
    }
    return open;
  }

  /** Opens a directory of the tree; {@code path} is not the root. */
  static Fd directory(Fd root, String path, int flags) throws LinuxException {
    return root.openAt(path.substring(1), flags | Fd.O_DIRECTORY, 0, INSIDE);
  }

  @Override
  public void close() {
    if (open != root) {
      open.close();
      open = root;
      path = "";
    }
  }
}
