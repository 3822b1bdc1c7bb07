package brig.tree;

import brig.linux.Fd;
import brig.linux.InodeFlags;
import brig.linux.LinuxException;
import brig.linux.Stat;
import brig.report.Problem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A tree whose files and directories bear the immutable flag: nobody changes it by accident, and
 * root only who takes the flags away first. Links, devices and FIFOs have no flag of their own;
 * their directories keep them.
 *
 * <p>The root's own flag is set last. So a tree whose root bears it was closed once, and whatever
 * in it lacks the flag was opened by a build that did not come to its end: {@link #close} mends it.
 */
public final class ImmutableTree {
  private ImmutableTree() {}

  /**
   * Sets the flag of all that lacks it.
   *
   * @param root the tree's root, open for reading
   * @param path what the person calls it
   * @return why it could not be; null when all is immutable
   * @throws LinuxException when the tree cannot be read
   */
  public static @Nullable Problem close(Fd root, String path) throws LinuxException {
    try {
      closeBelow(root);
      return null;
    } catch (LinuxException e) {
      if (InodeFlags.isUnknown(e)) {
        return e.problem("cannot make " + path + " immutable")
            .remedy(
                "Its file system has no such flag; the jail is mounted read-only for its service"
                    + " all the same. ext4, XFS, Btrfs and, with a filesystem of its own, any place"
                    + " have it.");
      }
      if (e.call().startsWith("FS_IOC_")) {
        return e.problem("cannot make " + path + " immutable")
            .remedy("This needs CAP_LINUX_IMMUTABLE, which containers mostly lack.");
      }
      throw e;
    }
  }

  private static void closeBelow(Fd directory) throws LinuxException {
    for (String name : directory.list()) {
      Stat stat = directory.statAt(name);
      if (stat != null && (stat.isDirectory() || stat.isFile())) {
        try (Fd child = InodeFlags.open(directory, name)) {
          if (stat.isDirectory()) {
            closeBelow(child);
          } else {
            InodeFlags.setImmutable(child, true);
          }
        }
      }
    }
    InodeFlags.setImmutable(directory, true);
  }

  /** Whether it was closed once. */
  public static boolean isClosed(Fd root) throws LinuxException {
    return InodeFlags.isImmutable(root);
  }

  /**
   * Takes the flag from files, so that they can be given further names; their directories keep
   * theirs. For files without a flag this does nothing.
   *
   * @param paths absolute in the tree
   */
  public static void open(Fd root, Iterable<String> paths) throws LinuxException {
    try (ParentDirectory parent = new ParentDirectory(root)) {
      for (String path : paths) {
        try (Fd file = InodeFlags.open(parent.of(path), ParentDirectory.name(path))) {
          if (InodeFlags.isImmutable(file)) {
            InodeFlags.setImmutable(file, false);
          }
        }
      }
    }
  }

  /** Closes again every finished generation that was closed once. */
  static void mend(Fd generations, List<Integer> numbers) throws LinuxException {
    for (int number : numbers) {
      try (Fd root = openRoot(generations, number)) {
        if (isClosed(root)) {
          closeBelow(root);
        }
      }
    }
  }

  static Fd openRoot(Fd generations, int number) throws LinuxException {
    return generations.openAt(
        number + "/root",
        Fd.O_RDONLY | Fd.O_DIRECTORY | Fd.O_NOFOLLOW,
        0,
        Fd.RESOLVE_BENEATH | Fd.RESOLVE_NO_SYMLINKS);
  }
}
