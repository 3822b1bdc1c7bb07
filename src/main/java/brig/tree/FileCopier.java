package brig.tree;

import brig.linux.Attributes;
import brig.linux.Content;
import brig.linux.Errno;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Names;
import brig.linux.Sha256;
import brig.linux.Stat;
import brig.plan.FileStat;
import brig.report.Problem;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Copies one file of the host, with all that belongs to it. Used by several threads at once.
 *
 * <p>Few calls, because a jail has thousands of small files: the source is looked at once, after it
 * was copied, and compared with what the plan saw. Only when it differs is it looked at closer.
 */
final class FileCopier {
  private static final int TRIES = 3;

  private final Seal.Manner manner;
  private final int uid;
  private final int gid;
  private final Digests digests;

  /** File systems of sources that share no blocks with the tree's. */
  private final Map<Long, Boolean> unshared = new ConcurrentHashMap<>();

  private final Queue<Problem> warnings = new ConcurrentLinkedQueue<>();

  /**
   * @param made a directory that was just made in the tree: what is new has its owner
   * @param digests are told of every file that is copied
   */
  FileCopier(Stat made, Seal.Manner manner, Digests digests) {
    this.manner = manner;
    this.uid = made.uid();
    this.gid = made.gid();
    this.digests = digests;
  }

  Queue<Problem> warnings() {
    return warnings;
  }

  void copy(Change.CopyFile file, Fd directory, String name)
      throws LinuxException, HostChangedException {
    FileStat planned = file.stat();
    for (int attempt = 1; ; attempt++) {
      try (Fd source = open(file.source())) {
        Stat before = attempt == 1 ? null : source.stat();
        long size = before == null ? planned.size() : before.size();
        long modified = before == null ? planned.modifiedNanos() : before.modifiedNanos();
        long written = write(file, source, size, modified, directory, name);
        Stat after = source.stat();
        boolean whole = written == after.size();
        if (whole && (before == null ? looksAsPlanned(after, planned) : after.equals(before))) {
          return;
        }
        if (attempt == TRIES || !isSameFile(after, planned)) {
          throw new HostChangedException(file.source());
        }
      }
      Names.unlink(directory, name);
    }
  }

  private static Fd open(String source) throws LinuxException, HostChangedException {
    try {
      // O_NONBLOCK: a FIFO that took the file's place must not hang the build.
      return Fd.open(source, Fd.O_RDONLY | Fd.O_NONBLOCK | Fd.O_NOFOLLOW);
    } catch (LinuxException e) {
      if (e.errno() == Errno.ENOENT || e.errno() == Errno.ELOOP || e.errno() == Errno.ENOTDIR) {
        throw new HostChangedException(source);
      }
      throw e;
    }
  }

  private static boolean looksAsPlanned(Stat stat, FileStat planned) {
    return stat.modifiedNanos() == planned.modifiedNanos()
        && stat.changedNanos() == planned.changedNanos()
        && stat.size() == planned.size()
        && isSameFile(stat, planned);
  }

  private static boolean isSameFile(Stat stat, FileStat planned) {
    return stat.inode() == planned.inode()
        && stat.device() == planned.device()
        && stat.isFile()
        && (stat.mode() & 07777) == planned.mode()
        && stat.uid() == planned.uid()
        && stat.gid() == planned.gid();
  }

  private long write(
      Change.CopyFile file, Fd source, long size, long modified, Fd directory, String name)
      throws LinuxException {
    try (Fd target = Names.createReadable(directory, name, 0600)) {
      boolean shared = share(file, source, target, size);
      long written = shared ? size : Content.copy(source, target, size);
      // Of the copy: what is in the jail is what the manifest is to tell.
      digests.put(file.path(), written, modified, Sha256.of(target));
      if (file.uid() != uid || file.gid() != gid) {
        Attributes.chown(target, file.uid(), file.gid());
      }
      // After the owner, whose change drops capabilities; before the mode, which bounds the list.
      copyAttributes(file, source, target);
      Attributes.chmod(target, file.mode());
      Attributes.modified(target, modified);
      target.finish();
      return written;
    }
  }

  private boolean share(Change.CopyFile file, Fd source, Fd target, long size)
      throws LinuxException {
    Long device = file.stat().device();
    if (size == 0 || unshared.containsKey(device)) {
      return false;
    }
    boolean shared = Content.share(source, target);
    if (!shared) {
      unshared.put(device, true);
    }
    return shared;
  }

  /**
   * File capabilities, access lists and the person's own attributes. Labels of security modules
   * belong to the place, not to the file: the kernel gives the copy its own.
   */
  private void copyAttributes(Change.CopyFile file, Fd source, Fd target) throws LinuxException {
    for (String attribute : Attributes.names(source)) {
      if (!manner.keeps(attribute)) {
        continue;
      }
      try {
        Attributes.set(target, attribute, Attributes.value(source, attribute));
      } catch (LinuxException e) {
        if (e.errno() != Errno.EOPNOTSUPP) {
          throw e;
        }
        warnings.add(
            e.problem("cannot keep " + attribute + " of " + file.path())
                .remedy("The file system of the jail does not know it."));
      }
    }
  }
}
