package brig.launch.service;

import brig.launch.LaunchOrder.JailMount;
import brig.linux.Fd;
import brig.linux.HostFiles;
import brig.linux.LinuxException;
import brig.linux.Names;
import brig.linux.Stat;
import brig.spec.JailSpec;
import brig.spec.Located;
import java.util.ArrayList;
import java.util.List;

/**
 * What is mounted in a jail that a running daemon enters: the host's own directories. Where the
 * site keeps its path, the jail's root is an empty directory of Brig's that has nothing but the
 * places on which these are mounted.
 */
public final class LateMounts {
  /** For what brig shell and brig breakout mount in sessions of their own. */
  private static final String FREE = "/mnt";

  private LateMounts() {}

  /** Parents before children, so that none hides another. */
  public static List<JailMount> of(JailSpec spec, JailSpec.Late late, LaunchFacts facts) {
    List<JailMount> mounts = new ArrayList<>();
    String root = late.root().value();
    if (late.samePaths()) {
      mounts.add(new JailMount.ReadOnly(root, root));
    }
    for (Located<String> include : spec.files().include()) {
      mounts.add(new JailMount.ReadOnly(include.value(), include.value()));
    }
    for (LaunchFacts.Place p : facts.places()) {
      mounts.add(
          p.temporary()
              ? new JailMount.Temporary(p.path(), p.mode(), p.uid(), p.gid(), p.sizeBytes())
              : new JailMount.Writable(p.path(), (late.samePaths() ? "" : root) + p.path()));
    }
    for (JailSpec.MountedPath socket : facts.sockets()) {
      mounts.add(new JailMount.ReadOnly(socket.inside(), socket.outside()));
    }
    mounts.sort((a, b) -> a.inside().compareTo(b.inside()));
    return mounts;
  }

  /** Takes places of former mounts away: a file that is there and empty is none that is absent. */
  public static void clear(String root) throws LinuxException {
    if (Stat.ofLink(root) != null) {
      int slash = root.lastIndexOf('/');
      try (Fd parent = Fd.open(root.substring(0, slash), Fd.O_RDONLY | Fd.O_DIRECTORY)) {
        Names.removeTree(parent, root.substring(slash + 1));
      }
    }
  }

  /**
   * Makes the places in the empty root. What lies in another mount must be there already.
   *
   * @param root absent, or made by an earlier start
   */
  public static void makePlaces(String root, List<JailMount> mounts) throws LinuxException {
    HostFiles.createDirectories(root, 0755);
    HostFiles.createDirectories(root + FREE, 0755);
    for (int i = 0; i < mounts.size(); i++) {
      String inside = mounts.get(i).inside();
      if (isCovered(inside, mounts.subList(0, i))) {
        continue;
      }
      String place = root + inside;
      if (isDirectory(mounts.get(i))) {
        HostFiles.createDirectories(place, 0755);
      } else {
        HostFiles.createDirectories(place.substring(0, place.lastIndexOf('/')), 0755);
        Fd.open(place, Fd.O_WRONLY | Fd.O_CREAT | Fd.O_NOFOLLOW, 0644).close();
      }
    }
  }

  private static boolean isCovered(String inside, List<JailMount> before) {
    for (JailMount mount : before) {
      if (inside.startsWith(mount.inside() + "/")) {
        return true;
      }
    }
    return false;
  }

  private static boolean isDirectory(JailMount mount) throws LinuxException {
    String outside =
        switch (mount) {
          case JailMount.ReadOnly m -> m.outside();
          case JailMount.Writable m -> m.outside();
          case JailMount.Lent m -> m.outside();
          case JailMount.HostDevice m -> m.outside();
          case JailMount.Temporary _, JailMount.OwnDevices _ -> "/";
        };
    Stat stat = Stat.of(outside);
    return stat == null || stat.isDirectory();
  }
}
