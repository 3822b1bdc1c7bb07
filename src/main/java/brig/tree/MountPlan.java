package brig.tree;

import brig.plan.Entry;
import brig.plan.Plan;
import brig.plan.WholeDirectories.Whole;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a start of a jail in mode "bind" puts into its empty root: what is made, and what of the
 * host is mounted there.
 *
 * @param made directories before what is in them; never a copy of a file of the host
 * @param mounts of files and of whole directories, none of them in another
 */
public record MountPlan(List<Change> made, List<Mount> mounts) {
  /** The file of a generation that holds it. */
  public static final String FILE = "mounts";

  public MountPlan {
    made = List.copyOf(made);
    mounts = List.copyOf(mounts);
  }

  /**
   * A file or directory of the host.
   *
   * @param path inside; the directory above it is among those that are made
   * @param source on the host; no part of it is a link
   * @param device with {@code inode} what the plan saw there
   */
  public record Mount(String path, String source, long device, long inode, boolean directory) {}

  /**
   * Works it out.
   *
   * @param changes sealed, one for each entry of the plan
   * @param whole the directories that the plan takes as they are
   */
  static MountPlan of(List<Change> changes, Map<String, Whole> whole) {
    List<Change> made = new ArrayList<>();
    List<Mount> mounts = new ArrayList<>();
    Set<String> covered = new HashSet<>();
    for (int i = 0; i < changes.size(); i++) {
      Change change = changes.get(i);
      String path = change.path();
      Whole directory = whole.get(path);
      if (covered.contains(above(path))) {
        if (directory != null) {
          covered.add(path);
        }
      } else if (directory != null) {
        covered.add(path);
        mounts.add(mount(path, directory));
      } else if (change instanceof Change.MountFile f) {
        mounts.add(new Mount(path, f.source(), f.stat().device(), f.stat().inode(), false));
      } else {
        made.add(change);
      }
    }
    return new MountPlan(made, mounts);
  }

  private static Mount mount(String path, Whole directory) {
    return new Mount(
        path, directory.source(), directory.stat().device(), directory.stat().inode(), true);
  }

  private static String above(String path) {
    return path.substring(0, Math.max(0, path.lastIndexOf('/')));
  }

  /** Directories that are shown as the host has them keep the host's modes and owners. */
  static List<Change> asOnHost(Plan plan, List<Change> changes, Map<String, Whole> whole) {
    List<Change> all = new ArrayList<>(changes.size());
    for (int i = 0; i < changes.size(); i++) {
      Change change = changes.get(i);
      if (whole.containsKey(change.path()) && plan.entries().get(i) instanceof Entry.Directory d) {
        all.add(new Change.MakeDirectory(d.path(), d.mode(), d.uid(), d.gid()));
      } else {
        all.add(change);
      }
    }
    return all;
  }

  /** How many bytes a tmpfs needs for it at most. */
  long bytes() {
    long bytes = 0;
    for (Change change : made) {
      // A page for whatever it is: a directory, a long link, the beginning of a file.
      bytes += 4096;
      if (change instanceof Change.WriteFile file) {
        bytes += file.content().length;
      }
    }
    return bytes + 4096L * mounts.size() + (1 << 20);
  }
}
