package brig.tree;

import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Sha256;
import brig.linux.Stat;
import brig.plan.FileStat;
import brig.plan.Inputs;
import brig.tree.ManifestEntry.Kind;
import brig.tree.ManifestParser.BrokenException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What of a new plan is as the current generation has it: a file whose source looks as it did, with
 * the same owner and mode. Never is a file of the host linked into a jail, nor one of a jail into
 * another.
 */
final class Takeover {
  private final Map<String, ManifestEntry> entries = new HashMap<>();
  private final @Nullable Inputs before;
  private final Fd root;
  private final Seal.Manner manner;
  private final boolean sameManner;
  private final boolean sameTime;

  /**
   * @param before what the current generation was made from
   * @param root the current generation's tree
   * @param modifiedNanos the time that the new one gives to directories, links, generated files
   */
  Takeover(
      ManifestLines current,
      @Nullable Inputs before,
      Fd root,
      Seal.Manner manner,
      long modifiedNanos)
      throws BrokenException {
    for (ManifestEntry entry : current.entries()) {
      entries.put(entry.path(), entry);
    }
    this.before = before;
    this.root = root;
    this.manner = manner;
    this.sameManner = current.head().seal().equals(manner.word());
    this.sameTime = current.head().modifiedNanos() == modifiedNanos;
  }

  List<TreeItem> items(List<Change> changes) throws LinuxException {
    List<TreeItem> items = new ArrayList<>(changes.size());
    Set<String> shared = new HashSet<>();
    try (ParentDirectory parent = new ParentDirectory(root)) {
      for (Change change : changes) {
        ManifestEntry entry = sameManner ? entries.get(change.path()) : null;
        if (entry != null && isSame(change, entry, parent, shared)) {
          shared.add(change.path());
          items.add(new TreeItem(change.path(), change, entry));
        } else {
          items.add(TreeItem.made(change));
        }
      }
    }
    return items;
  }

  private boolean isSame(
      Change change, ManifestEntry entry, ParentDirectory parent, Set<String> shared)
      throws LinuxException {
    if (change instanceof Change.CopyFile f) {
      return entry.sameAs() == null && isSameFile(f, entry, parent);
    }
    if (change instanceof Change.AddName n) {
      String first = n.file().path();
      return first.equals(entry.sameAs()) && shared.contains(first);
    }
    if (change instanceof Change.WriteFile w) {
      return sameTime
          && entry.kind() == Kind.GENERATED
          && isOwned(entry, w.mode(), w.uid(), w.gid())
          && entry.size() == w.content().length
          && Sha256.of(w.content()).equals(entry.sha256());
    }
    return change instanceof Change.MakeLink l && sameTime && l.target().equals(entry.target());
  }

  private static boolean isOwned(ManifestEntry entry, int mode, int uid, int gid) {
    return entry.mode() == mode && entry.uid() == uid && entry.gid() == gid;
  }

  private boolean isSameFile(Change.CopyFile file, ManifestEntry entry, ParentDirectory parent)
      throws LinuxException {
    FileStat now = file.stat();
    if (entry.kind() != Kind.FILE
        || !isOwned(entry, file.mode(), file.uid(), file.gid())
        || !file.source().equals(entry.source())
        || now.size() != entry.size()
        || now.modifiedNanos() != entry.modifiedNanos()) {
      return false;
    }
    FileStat then = before == null ? null : before.stat(file.source());
    return (then != null && looksAlike(then, now))
        || hasSameContent(file.source(), entry, parent.of(file.path()), manner);
  }

  private static boolean looksAlike(FileStat a, FileStat b) {
    return a.size() == b.size()
        && a.modifiedNanos() == b.modifiedNanos()
        && a.changedNanos() == b.changedNanos()
        && a.inode() == b.inode()
        && a.device() == b.device();
  }

  /**
   * Whether a file of the host is to the last byte what was copied, extended attributes included.
   *
   * @param directory that holds the copy
   */
  static boolean hasSameContent(
      String source, ManifestEntry entry, Fd directory, Seal.Manner manner) throws LinuxException {
    String name = ParentDirectory.name(entry.path());
    Stat copy = directory.statAt(name);
    if (copy == null || !copy.isFile()) {
      return false;
    }
    try (Fd file = Fd.open(source, Fd.O_RDONLY | Fd.O_NONBLOCK | Fd.O_NOFOLLOW);
        Fd other = directory.openAt(name, Fd.O_RDONLY | Fd.O_NOFOLLOW, 0, Fd.RESOLVE_BENEATH)) {
      return file.stat().size() == entry.size()
          && Sha256.of(file).equals(entry.sha256())
          && manner.hasSameAttributes(file, other);
    } catch (LinuxException e) {
      return switch (e.errno()) {
        case ENOENT, ENOTDIR, ELOOP -> false; // the copying of it tells that it is gone
        default -> throw e;
      };
    }
  }
}
