package brig.tree;

import brig.linux.Attributes;
import brig.linux.Errno;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Names;
import brig.linux.Sha256;
import brig.linux.Stat;
import brig.linux.StatBatch;
import brig.report.Problem;
import brig.tree.ManifestParser.BrokenException;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/**
 * What somebody else put into a generation's tree, or changed there: the site's, not the plan's. It
 * is carried over from one generation to the next and told each time.
 *
 * <p>Looked for only in directories whose time is not the one that every build gives them: making,
 * moving and removing a name changes it. A file that was written to in its place is found when the
 * plan wants another content there ({@link #isChanged}); until then both generations share it.
 */
final class Kept {
  private static final long NANOS = 1_000_000_000L;
  private static final int MODIFIED = 7;

  private final TreeSet<String> paths = new TreeSet<>();

  /** Looks through the tree at {@code root}, which was built by that manifest. */
  static Kept in(String root, ManifestLines manifest) throws LinuxException, BrokenException {
    Kept kept = new Kept();
    List<String> directories = manifest.directories();
    String[] full = new String[directories.size()];
    for (int i = 0; i < full.length; i++) {
      String directory = directories.get(i);
      full[i] = directory.equals("/") ? root : root + directory;
    }
    long[] looks = new long[full.length * StatBatch.WORDS];
    StatBatch.ofLinks(full, 0, full.length, looks);
    for (int i = 0; i < full.length; i++) {
      long mode = looks[i * StatBatch.WORDS];
      boolean directory = mode >= 0 && (mode & Stat.S_IFMT) == Stat.S_IFDIR;
      long modified = looks[i * StatBatch.WORDS + MODIFIED];
      if (directory && !isTime(modified, manifest.head().modifiedNanos())) {
        kept.look(full[i], directories.get(i), manifest);
      }
    }
    return kept;
  }

  /** Some file systems keep whole seconds only. */
  private static boolean isTime(long actual, long expected) {
    return actual == expected
        || (actual % NANOS == 0 && actual / NANOS == Math.floorDiv(expected, NANOS));
  }

  private void look(String full, String path, ManifestLines manifest)
      throws LinuxException, BrokenException {
    try (Fd directory = Fd.open(full, Fd.O_RDONLY | Fd.O_DIRECTORY | Fd.O_NOFOLLOW)) {
      for (String name : directory.list()) {
        String child = path.equals("/") ? "/" + name : path + "/" + name;
        int line = manifest.find(child);
        if (line < 0 || isChanged(manifest.entry(line), manifest.head(), directory, name)) {
          paths.add(child);
        }
      }
    }
  }

  /** Whether a file or a link is no more what a build made of it. */
  static boolean isChanged(ManifestEntry entry, ManifestHead head, Fd directory, String name)
      throws LinuxException {
    if (!entry.isFile() && entry.target() == null) {
      return false;
    }
    Stat stat = directory.statAt(name);
    if (stat == null) {
      return false;
    }
    if (entry.target() != null) {
      return !stat.isLink() || !directory.readLinkAt(name).equals(entry.target());
    }
    if (!stat.isFile() || stat.size() != entry.size()) {
      return true;
    }
    boolean copied = entry.kind() == ManifestEntry.Kind.FILE;
    if (isTime(stat.modifiedNanos(), copied ? entry.modifiedNanos() : head.modifiedNanos())) {
      return false;
    }
    try (Fd file = directory.openAt(name, Fd.O_RDONLY | Fd.O_NOFOLLOW, 0, Fd.RESOLVE_BENEATH)) {
      return !Sha256.of(file).equals(entry.sha256());
    }
  }

  void add(String path) {
    paths.add(path);
  }

  boolean isEmpty() {
    return paths.isEmpty();
  }

  boolean holds(String path) {
    return paths.contains(path);
  }

  /** Takes what is kept out of an edit, so that nothing is put in its place. */
  void leaveOut(TreeEdit edit, boolean ontoSpare) {
    if (paths.isEmpty()) {
      return;
    }
    edit.makes.removeIf(change -> isKept(change.path()));
    edit.shares.removeIf(entry -> isKept(entry.path()));
    edit.altered.removeIf(change -> isKept(change.path()));
    if (ontoSpare) {
      edit.removals.addAll(paths);
      edit.removals.sort(Comparator.reverseOrder());
    }
  }

  /** What is kept itself, and what the plan wants below it. */
  private boolean isKept(String path) {
    int end = path.length();
    while (end > 0) {
      if (paths.contains(path.substring(0, end))) {
        return true;
      }
      end = path.lastIndexOf('/', end - 1);
    }
    return false;
  }

  /**
   * Brings what is kept into the next tree, when all else of that is finished: its directories so
   * get a time that tells of it again.
   */
  void carry(Fd from, Fd to, List<Problem> warnings) throws LinuxException {
    try (ParentDirectory source = new ParentDirectory(from);
        ParentDirectory target = new ParentDirectory(to)) {
      for (String path : paths) {
        String name = ParentDirectory.name(path);
        try {
          carry(source.of(path), target.of(path), name);
        } catch (LinuxException e) {
          if (e.errno() != Errno.ENOENT) {
            throw e;
          }
          warnings.add(
              Problem.of("cannot keep " + from.path() + path)
                  .answered("the next generation has no directory for it")
                  .remedy("It stays where it is; copy it before that generation is removed."));
          continue;
        }
        warnings.add(
            Problem.of(path + " was put into the jail, or changed there, and is kept")
                .remedy(
                    "If it belongs to the jail, name it in the jailfile; else remove it from "
                        + from.path()
                        + " and from the current generation."));
      }
    }
  }

  private static void carry(Fd from, Fd to, String name) throws LinuxException {
    Stat stat = from.statAt(name);
    if (stat == null) {
      return;
    }
    if (!stat.isDirectory()) {
      Names.link(from, name, to, name);
      return;
    }
    Names.mkdir(to, name, 0700);
    try (Fd source = Names.openDirectory(from, name);
        Fd target = Names.openDirectory(to, name)) {
      for (String child : source.list()) {
        carry(source, target, child);
      }
      Attributes.chown(target, stat.uid(), stat.gid());
      Attributes.chmod(target, stat.mode() & 07777);
      Attributes.modified(target, stat.modifiedNanos());
    }
  }
}
