package brig.tree;

import brig.linux.Attributes;
import brig.linux.Errno;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Names;
import brig.linux.Sha256;
import brig.linux.Stat;
import brig.plan.FileStat;
import brig.report.Problem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Carries changes out in a tree that nobody uses yet. What is not to be there goes first, then
 * directories come first, then files by several threads, then further names of files, and at last
 * the directories' own owners, modes and times, which the rest would disturb.
 */
final class TreeWriter {
  /** Nobody but root may look into what is not finished. */
  private static final int UNFINISHED = 0700;

  private final Fd root;
  private final long modifiedNanos;
  private final Stat made;
  private final FileCopier copier;
  private final Digests digests;

  /**
   * @param root an empty directory
   * @param modifiedNanos the time of what has none of its own
   * @param digests are told of every file that is written
   */
  TreeWriter(Fd root, long modifiedNanos, Seal.Manner manner, Digests digests)
      throws LinuxException {
    this.root = root;
    this.modifiedNanos = modifiedNanos;
    this.made = root.stat();
    this.digests = digests;
    this.copier = new FileCopier(made, manner, digests);
  }

  List<Problem> warnings() {
    return List.copyOf(copier.warnings());
  }

  /** Makes all of a tree. */
  void apply(List<Change> changes, Progress progress) throws IOException {
    apply(TreeEdit.of(changes), null, path -> null, progress);
  }

  /** Tells how a directory that stays is to be in the end. */
  @FunctionalInterface
  interface Directories {
    /** A change that makes a directory; null when there is none of that path. */
    @Nullable Change at(String path) throws IOException;
  }

  /**
   * Makes one tree of another.
   *
   * @param base the tree of the current generation, which {@link TreeEdit#shares} are taken from
   * @param directories those that are there already and whose names change
   */
  void apply(TreeEdit edit, @Nullable Fd base, Directories directories, Progress progress)
      throws IOException {
    try (ParentDirectory parent = new ParentDirectory(root)) {
      for (String path : edit.removals) {
        try {
          Names.removeTree(parent.of(path), ParentDirectory.name(path));
        } catch (LinuxException e) {
          if (e.errno() != Errno.ENOENT) { // its directory is not there either
            throw e;
          }
        }
      }
    }
    List<Change.CopyFile> files = new ArrayList<>();
    List<Change> rest = new ArrayList<>();
    List<Change> last = new ArrayList<>();
    try (ParentDirectory parent = new ParentDirectory(root)) {
      for (Change change : edit.makes) {
        if (isDirectory(change)) {
          makeDirectory(parent, change.path());
        } else if (change instanceof Change.CopyFile f) {
          files.add(f);
        } else if (change instanceof Change.AddName) {
          last.add(change);
        } else {
          rest.add(change);
        }
      }
    }
    if (base != null) {
      share(edit.shares, base, files, rest);
    }
    new CopyCrew(root, copier, progress).copy(files, rest, this::makeAll);
    makeAll(last);
    finishDirectories(edit, directories);
  }

  private static boolean isDirectory(Change change) {
    return change instanceof Change.MakeDirectory
        || (change instanceof Change.MakeMountPoint mount && mount.directory());
  }

  /** Gives files of the current generation further names; where that cannot be, copies them. */
  private void share(
      List<ManifestEntry> shares, Fd base, List<Change.CopyFile> files, List<Change> rest)
      throws LinuxException, BaseLostException {
    try (ParentDirectory from = new ParentDirectory(base);
        ParentDirectory to = new ParentDirectory(root)) {
      for (ManifestEntry entry : shares) {
        String path = entry.path();
        String name = ParentDirectory.name(path);
        Fd directory = from.of(path);
        try {
          Names.link(directory, name, to.of(path), name);
          if (entry.isFile()) {
            digests.put(entry);
          }
        } catch (LinuxException e) {
          if (e.errno() == Errno.ENOENT) {
            throw new BaseLostException(base.path() + path);
          }
          // Another file system, or as many names as it allows (ext4: 65000).
          if (e.errno() != Errno.EXDEV && e.errno() != Errno.EMLINK) {
            throw e;
          }
          if (entry.target() != null) {
            rest.add(new Change.MakeLink(path, entry.target()));
          } else {
            files.add(copyOf(entry, directory, base.path() + path));
          }
        }
      }
    }
  }

  private static Change.CopyFile copyOf(ManifestEntry entry, Fd directory, String source)
      throws LinuxException {
    Stat stat = directory.statAt(ParentDirectory.name(entry.path()));
    if (stat == null) {
      throw new LinuxException("link", source, Errno.ENOENT);
    }
    FileStat seen =
        new FileStat(
            FileStat.Type.FILE,
            stat.mode() & 07777,
            stat.uid(),
            stat.gid(),
            stat.size(),
            stat.device(),
            stat.inode(),
            stat.links(),
            0,
            stat.modifiedNanos(),
            stat.changedNanos());
    return new Change.CopyFile(entry.path(), source, seen, entry.mode(), entry.uid(), entry.gid());
  }

  /** The deepest first: what is done in a directory changes its time. */
  private void finishDirectories(TreeEdit edit, Directories directories) throws IOException {
    TreeMap<String, Change> finished = new TreeMap<>();
    for (Change change : edit.makes) {
      if (isDirectory(change)) {
        finished.put(change.path(), change);
      }
    }
    for (Change change : edit.altered) {
      finished.put(change.path(), change);
    }
    for (String path : edit.touched()) {
      Change directory = finished.containsKey(path) ? null : directories.at(path);
      if (directory != null) {
        finished.put(path, directory);
      }
    }
    for (Change change : finished.descendingMap().values()) {
      if (change instanceof Change.MakeDirectory d) {
        finishDirectory(d.path(), d.mode(), d.uid(), d.gid());
      } else {
        finishDirectory(change.path(), 0755, 0, 0);
      }
    }
  }

  private void makeDirectory(ParentDirectory parent, String path) throws LinuxException {
    if (!path.equals("/")) {
      Names.mkdir(parent.of(path), ParentDirectory.name(path), UNFINISHED);
    }
  }

  private void makeAll(List<Change> changes) throws LinuxException {
    try (ParentDirectory parent = new ParentDirectory(root)) {
      for (Change change : changes) {
        make(change, parent.of(change.path()), ParentDirectory.name(change.path()));
      }
    }
  }

  private void make(Change change, Fd directory, String name) throws LinuxException {
    // Not a switch over the types: that would be linked at run time, at every build.
    if (change instanceof Change.WriteFile f) {
      writeFile(f, directory, name);
    } else if (change instanceof Change.MakeLink l) {
      Names.symlink(directory, name, l.target());
      Attributes.modifiedAt(directory, name, modifiedNanos);
    } else if (change instanceof Change.MakeDevice d) {
      int type = d.block() ? Stat.S_IFBLK : Stat.S_IFCHR;
      Names.mknod(directory, name, type | 0600, d.major(), d.minor());
      finishNode(directory, name, d.mode(), 0, 0, modifiedNanos);
    } else if (change instanceof Change.MakeFifo f) {
      Names.mknod(directory, name, Stat.S_IFIFO | 0600, 0, 0);
      finishNode(directory, name, f.mode(), f.uid(), f.gid(), f.stat().modifiedNanos());
    } else if (change instanceof Change.AddName n) {
      addName(n, directory, name);
    } else if (change instanceof Change.MakeMountPoint p) {
      writeFile(new Change.WriteFile(p.path(), new byte[0], 0444, 0, 0), directory, name);
    } else {
      throw new IllegalArgumentException("made elsewhere: " + change.path());
    }
  }

  private void writeFile(Change.WriteFile file, Fd directory, String name) throws LinuxException {
    try (Fd target = Names.create(directory, name, 0600)) {
      target.write(file.content());
      digests.put(file.path(), file.content().length, modifiedNanos, Sha256.of(file.content()));
      if (file.uid() != made.uid() || file.gid() != made.gid()) {
        Attributes.chown(target, file.uid(), file.gid());
      }
      Attributes.chmod(target, file.mode());
      Attributes.modified(target, modifiedNanos);
      target.finish();
    }
  }

  private void finishNode(Fd directory, String name, int mode, int uid, int gid, long modified)
      throws LinuxException {
    Attributes.chownAt(directory, name, uid, gid);
    Attributes.chmodAt(directory, name, mode);
    Attributes.modifiedAt(directory, name, modified);
  }

  private void addName(Change.AddName change, Fd directory, String name) throws LinuxException {
    String first = change.file().path();
    try (ParentDirectory parent = new ParentDirectory(root)) {
      Names.link(parent.of(first), ParentDirectory.name(first), directory, name);
    }
  }

  private void finishDirectory(String path, int mode, int uid, int gid) throws LinuxException {
    if (path.equals("/")) {
      finishDirectory(root, mode, uid, gid);
      return;
    }
    try (Fd directory = ParentDirectory.directory(root, path, Fd.O_RDONLY)) {
      finishDirectory(directory, mode, uid, gid);
    }
  }

  private void finishDirectory(Fd directory, int mode, int uid, int gid) throws LinuxException {
    // Always: one that stays may have had another owner.
    Attributes.chown(directory, uid, gid);
    Attributes.chmod(directory, mode);
    Attributes.modified(directory, modifiedNanos);
  }
}
