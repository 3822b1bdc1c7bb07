package brig.tree;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What turns one tree into another: an empty directory into a whole tree, or a generation that
 * nobody needs any more into the next one.
 */
final class TreeEdit {
  /** Whatever these name goes, with all below it; in falling order. */
  final List<String> removals = new ArrayList<>();

  /** In rising order. */
  final List<Change> makes = new ArrayList<>();

  /** Names of the current generation that are taken over as further links. */
  final List<ManifestEntry> shares = new ArrayList<>();

  /** Directories that stay, and get another owner or mode. */
  final List<Change> altered = new ArrayList<>();

  private TreeEdit() {}

  /**
   * What is to be done to a tree.
   *
   * @param items what it is to hold, sorted by path
   * @param there what it holds, sorted by path; mount points of sockets may be files or directories
   *     and are made anew, unless {@code there} is only to be compared with
   */
  static TreeEdit of(List<TreeItem> items, List<ManifestEntry> there, boolean compared) {
    TreeEdit edit = new TreeEdit();
    Set<String> kept = new HashSet<>();
    int at = 0;
    for (TreeItem item : items) {
      while (at < there.size() && there.get(at).path().compareTo(item.path()) < 0) {
        edit.removals.add(there.get(at++).path());
      }
      ManifestEntry entry =
          at < there.size() && there.get(at).path().equals(item.path()) ? there.get(at++) : null;
      edit.add(item, entry, kept, compared);
    }
    while (at < there.size()) {
      edit.removals.add(there.get(at++).path());
    }
    java.util.Collections.reverse(edit.removals);
    return edit;
  }

  /** The edit that makes everything. */
  static TreeEdit of(List<Change> changes) {
    TreeEdit edit = new TreeEdit();
    edit.makes.addAll(changes);
    return edit;
  }

  private void add(
      TreeItem item,
      @org.jspecify.annotations.Nullable ManifestEntry entry,
      Set<String> kept,
      boolean compared) {
    if (entry != null) {
      if (isKept(item, entry, kept, compared)) {
        kept.add(item.path());
        return;
      }
      Change make = item.make();
      if (item.isDirectory() && isDirectory(entry) && make != null) {
        altered.add(make);
        return;
      }
      removals.add(item.path());
    }
    ManifestEntry base = item.base();
    Change make = item.make();
    if (base != null) {
      shares.add(base);
    } else if (make != null) {
      makes.add(make);
    }
  }

  private static boolean isKept(
      TreeItem item, ManifestEntry entry, Set<String> kept, boolean compared) {
    if (item.make() instanceof Change.AddName name && item.base() == null) {
      return name.file().path().equals(entry.sameAs()) && kept.contains(name.file().path());
    }
    return item.isThere(entry) && (compared || entry.kind() != ManifestEntry.Kind.SOCKET);
  }

  private static boolean isDirectory(ManifestEntry entry) {
    return switch (entry.kind()) {
      case DIRECTORY, WRITABLE, TEMPORARY -> true;
      case FILE, MOUNTED, GENERATED, LINK, DEVICE, FIFO, SOCKET -> false;
    };
  }

  boolean isEmpty() {
    return removals.isEmpty() && makes.isEmpty() && shares.isEmpty() && altered.isEmpty();
  }

  /** Every path that is another one afterwards, sorted. */
  Set<String> paths() {
    TreeSet<String> paths = new TreeSet<>(removals);
    for (Change change : makes) {
      paths.add(change.path());
    }
    for (ManifestEntry entry : shares) {
      paths.add(entry.path());
    }
    for (Change change : altered) {
      paths.add(change.path());
    }
    return paths;
  }

  /** Directories whose time changes by the edit, and that are there before it. */
  Set<String> touched() {
    Set<String> touched = new HashSet<>();
    for (String path : paths()) {
      if (!path.equals("/")) {
        String above = path.substring(0, path.lastIndexOf('/'));
        touched.add(above.isEmpty() ? "/" : above);
      }
    }
    for (Change change : makes) {
      touched.remove(change.path());
    }
    return touched;
  }
}
