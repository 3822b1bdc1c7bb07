package brig.linux;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the host's control groups are, and what is written there: cgroups(7), v1 and v2. */
public final class ControlGroups {
  private ControlGroups() {}

  /**
   * A tree of groups.
   *
   * @param point where it is mounted
   * @param unified it is of version 2, with all of its controllers in one tree
   */
  public record Hierarchy(String point, boolean unified) {}

  /** The tree that has a controller, such as {@code memory}; null when the host has none. */
  public static @Nullable Hierarchy with(String controller) throws LinuxException {
    return with(controller, MountTable.mine());
  }

  static @Nullable Hierarchy with(String controller, List<MountTable.Mount> mounts)
      throws LinuxException {
    for (MountTable.Mount mount : mounts) {
      if (mount.type().equals("cgroup") && mount.shared().contains(controller)) {
        return new Hierarchy(mount.point(), false);
      }
    }
    for (MountTable.Mount mount : mounts) {
      if (mount.type().equals("cgroup2")
          && words(mount.point() + "/cgroup.controllers").contains(controller)) {
        return new Hierarchy(mount.point(), true);
      }
    }
    return null;
  }

  /** All trees, for whoever looks for a group in them. */
  public static List<Hierarchy> all() throws LinuxException {
    List<Hierarchy> all = new ArrayList<>();
    for (MountTable.Mount mount : MountTable.mine()) {
      if (mount.type().equals("cgroup") || mount.type().equals("cgroup2")) {
        all.add(new Hierarchy(mount.point(), mount.type().equals("cgroup2")));
      }
    }
    return all;
  }

  private static List<String> words(String file) throws LinuxException {
    byte[] bytes = HostFiles.readOrNull(file);
    return bytes == null
        ? List.of()
        : List.of(new String(bytes, StandardCharsets.US_ASCII).strip().split(" ", -1));
  }

  /**
   * Makes a group, and lets those above it hand the controller down where they must be told to.
   *
   * @param group its path in the tree, such as {@code brig/www}
   * @return its directory
   */
  public static String make(Hierarchy tree, String controller, String group) throws LinuxException {
    String directory = tree.point() + "/" + group;
    if (tree.unified()) {
      String above = tree.point();
      write(above + "/cgroup.subtree_control", "+" + controller);
      for (String name : group.substring(0, Math.max(0, group.lastIndexOf('/'))).split("/", -1)) {
        above += "/" + name;
        HostFiles.createDirectories(above, 0755);
        write(above + "/cgroup.subtree_control", "+" + controller);
      }
    }
    HostFiles.createDirectories(directory, 0755);
    return directory;
  }

  /** Writes one of a group's files. */
  public static void write(String file, String value) throws LinuxException {
    try (Fd open = Fd.open(file, Fd.O_WRONLY)) {
      open.write(value.getBytes(StandardCharsets.US_ASCII));
    }
  }

  /**
   * Removes a group from every tree, with the one above it when that is empty then. A group that
   * has processes stays.
   */
  public static void remove(String group) throws LinuxException {
    for (Hierarchy tree : all()) {
      for (String at = group; !at.isEmpty(); at = above(at)) {
        if (!isRemoved(tree.point() + "/" + at)) {
          break;
        }
      }
    }
  }

  private static boolean isRemoved(String directory) throws LinuxException {
    try {
      return HostFiles.removeDirectory(directory);
    } catch (LinuxException e) {
      return switch (e.errno()) {
        case EBUSY, ENOTEMPTY, ENOTDIR, EROFS -> false;
        default -> throw e;
      };
    }
  }

  private static String above(String group) {
    return group.substring(0, Math.max(0, group.lastIndexOf('/')));
  }
}
