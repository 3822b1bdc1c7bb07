package brig.tree;

import org.jspecify.annotations.Nullable;

/**
 * One name of a tree that is to be.
 *
 * @param make how it is made; null when it is taken over only
 * @param base the entry of the current generation that it is the same as, so that the two can share
 *     one inode
 */
record TreeItem(String path, @Nullable Change make, @Nullable ManifestEntry base) {
  TreeItem {
    if (make == null && base == null) {
      throw new IllegalArgumentException("neither made nor taken over: " + path);
    }
  }

  static TreeItem made(Change change) {
    return new TreeItem(change.path(), change, null);
  }

  static TreeItem same(ManifestEntry base) {
    return new TreeItem(base.path(), null, base);
  }

  boolean isDirectory() {
    return make instanceof Change.MakeDirectory
        || (make instanceof Change.MakeMountPoint mount && mount.directory());
  }

  /** Whether a tree that was built by this entry has the same at the path. */
  boolean isThere(ManifestEntry entry) {
    if (base != null) {
      return isSame(base, entry);
    }
    if (make instanceof Change.MakeDirectory d) {
      return entry.kind() == ManifestEntry.Kind.DIRECTORY
          && isOwned(entry, d.mode(), d.uid(), d.gid());
    }
    if (make instanceof Change.MakeDevice d) {
      return entry.kind() == ManifestEntry.Kind.DEVICE
          && entry.source() == null
          && isOwned(entry, d.mode(), 0, 0)
          && new ManifestEntry.Device(d.block(), d.major(), d.minor()).equals(entry.device());
    }
    if (make instanceof Change.MakeFifo f) {
      return entry.kind() == ManifestEntry.Kind.FIFO
          && isOwned(entry, f.mode(), f.uid(), f.gid())
          && entry.modifiedNanos() == f.stat().modifiedNanos();
    }
    return make instanceof Change.MakeMountPoint
        && switch (entry.kind()) {
          case WRITABLE, TEMPORARY -> isDirectory();
          case SOCKET -> true;
          case DEVICE -> entry.source() != null && !isDirectory();
          case DIRECTORY, FILE, MOUNTED, GENERATED, LINK, FIFO -> false;
        };
  }

  private static boolean isOwned(ManifestEntry entry, int mode, int uid, int gid) {
    return entry.mode() == mode && entry.uid() == uid && entry.gid() == gid;
  }

  private static boolean isSame(ManifestEntry a, ManifestEntry b) {
    return a.kind() == b.kind()
        && isOwned(b, a.mode(), a.uid(), a.gid())
        && a.size() == b.size()
        && a.modifiedNanos() == b.modifiedNanos()
        && java.util.Objects.equals(a.sha256(), b.sha256())
        && java.util.Objects.equals(a.target(), b.target())
        && java.util.Objects.equals(a.sameAs(), b.sameAs());
  }
}
