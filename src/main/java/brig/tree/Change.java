package brig.tree;

import brig.plan.FileStat;

/**
 * One thing that is done to a tree. A new tree gets one change for each entry of the plan, in the
 * plan's order. Modes are those that the thing has in the end.
 */
public sealed interface Change {
  /** Absolute inside the jail. */
  String path();

  record MakeDirectory(String path, int mode, int uid, int gid) implements Change {}

  /**
   * A file of the host.
   *
   * @param stat what the plan saw: a source that looks otherwise by now is not what was planned
   */
  record CopyFile(String path, String source, FileStat stat, int mode, int uid, int gid)
      implements Change {}

  /**
   * A file of the host that is mounted at start, and not copied. Its owner and mode are its own.
   */
  record MountFile(String path, String source, FileStat stat) implements Change {}

  record WriteFile(String path, byte[] content, int mode, int uid, int gid) implements Change {}

  /** One more name for a file that is copied under another. */
  record AddName(String path, CopyFile file) implements Change {}

  record MakeLink(String path, String target) implements Change {}

  record MakeDevice(String path, boolean block, int major, int minor, int mode) implements Change {}

  record MakeFifo(String path, FileStat stat, int mode, int uid, int gid) implements Change {}

  /** Something empty that a file or directory of the outside is mounted on at start. */
  record MakeMountPoint(String path, boolean directory) implements Change {}
}
