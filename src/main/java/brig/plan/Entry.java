package brig.plan;

import java.util.List;

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
      implements Entry {}

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

  /** A socket, or a directory of sockets, of the host that is mounted at start. */
  record Socket(String path, String source, List<Reason> reasons) implements Entry {}
}
