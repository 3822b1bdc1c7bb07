package brig.tree;

import brig.linux.Attributes;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Names;
import brig.linux.Sha256;
import brig.linux.Stat;
import brig.report.Problem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Carries changes out in an empty directory. Directories come first, then files by several threads,
 * then further names of files, and at last the directories' own owners, modes and times, which the
 * rest would disturb.
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

  void apply(List<Change> changes, Progress progress) throws IOException {
    List<Change.CopyFile> files = new ArrayList<>();
    List<Change> rest = new ArrayList<>();
    List<Change> last = new ArrayList<>();
    try (ParentDirectory parent = new ParentDirectory(root)) {
      for (Change change : changes) {
        switch (change) {
          case Change.MakeDirectory d -> makeDirectory(parent, d.path());
          case Change.MakeMountPoint(String path, boolean directory) when directory ->
              makeDirectory(parent, path);
          case Change.CopyFile f -> files.add(f);
          case Change.AddName n -> last.add(n);
          case Change.WriteFile _,
              Change.MakeLink _,
              Change.MakeDevice _,
              Change.MakeFifo _,
              Change.MakeMountPoint _ ->
              rest.add(change);
        }
      }
    }
    new CopyCrew(root, copier, progress).copy(files, rest, this::makeAll);
    makeAll(last);
    for (int i = changes.size() - 1; i >= 0; i--) {
      finishDirectory(changes.get(i));
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
    switch (change) {
      case Change.WriteFile f -> writeFile(f, directory, name);
      case Change.MakeLink l -> {
        Names.symlink(directory, name, l.target());
        Attributes.modifiedAt(directory, name, modifiedNanos);
      }
      case Change.MakeDevice d -> {
        int type = d.block() ? Stat.S_IFBLK : Stat.S_IFCHR;
        Names.mknod(directory, name, type | 0600, d.major(), d.minor());
        finishNode(directory, name, d.mode(), 0, 0, modifiedNanos);
      }
      case Change.MakeFifo f -> {
        Names.mknod(directory, name, Stat.S_IFIFO | 0600, 0, 0);
        finishNode(directory, name, f.mode(), f.uid(), f.gid(), f.stat().modifiedNanos());
      }
      case Change.AddName n -> addName(n, directory, name);
      case Change.MakeMountPoint p ->
          writeFile(new Change.WriteFile(p.path(), new byte[0], 0444, 0, 0), directory, name);
      case Change.MakeDirectory _, Change.CopyFile _ ->
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

  private void finishDirectory(Change change) throws LinuxException {
    switch (change) {
      case Change.MakeDirectory d -> finishDirectory(d.path(), d.mode(), d.uid(), d.gid());
      case Change.MakeMountPoint(String path, boolean directory) when directory ->
          finishDirectory(path, 0755, 0, 0);
      case Change.MakeMountPoint _,
          Change.CopyFile _,
          Change.WriteFile _,
          Change.AddName _,
          Change.MakeLink _,
          Change.MakeDevice _,
          Change.MakeFifo _ -> {}
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
    if (uid != made.uid() || gid != made.gid()) {
      Attributes.chown(directory, uid, gid);
    }
    Attributes.chmod(directory, mode);
    Attributes.modified(directory, modifiedNanos);
  }
}
