package brig.tree;

import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Names;
import brig.linux.Stat;
import brig.report.BrigException;
import brig.report.Problem;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What a build does about the jail's own file system before it opens the jail. */
final class VolumeSetup {
  private final BuildOrder order;
  private final JailPaths paths;
  private final String jail;

  private VolumeSetup(BuildOrder order) {
    this.order = order;
    this.paths = order.paths();
    this.jail = order.jail();
  }

  /**
   * Makes it where the jailfile asks for one and there is none, checks it where there is one, and
   * opens it.
   *
   * @return the plan, when it was needed to know how large it must be
   * @throws BrigException when the jailfile and the disk do not go together; nothing was changed
   */
  static Planning.@Nullable Planned prepare(BuildOrder order) throws BrigException, IOException {
    return new VolumeSetup(order).prepare();
  }

  private Planning.@Nullable Planned prepare() throws BrigException, IOException {
    OwnVolume wanted = order.volume();
    boolean there = JailVolume.exists(paths, jail);
    if (wanted == null) {
      if (there) {
        throw notWanted();
      }
      return null;
    }
    if (there) {
      open(wanted);
      return null;
    }
    refusePlainJail(wanted);
    Planning.Planned planned = order.planning().plan();
    NewVolume.Need need =
        NewVolume.Need.of(
            order.seal().seal(planned.plan(), Changes.of(planned.plan(), order)).changes());
    NewVolume.makeDirectory(paths);
    Fd lock = JailVolume.lock(paths);
    try (lock) {
      // Another first build may have been quicker.
      if (!JailVolume.exists(paths, jail)) {
        new NewVolume(paths, jail, wanted).make(need);
      }
      JailVolume.of(paths, jail).open(null);
    }
    return planned;
  }

  private void open(OwnVolume wanted) throws BrigException, LinuxException {
    JailVolume volume = JailVolume.of(paths, jail);
    if (volume.isOpen()) {
      volume.close(); // it was opened to be looked at; now it is checked, and may grow
    }
    Fd lock = JailVolume.lock(paths);
    try (lock) {
      volume.open(wanted);
    }
  }

  private BrigException notWanted() {
    return BrigException.usage(
        Problem.of(
                "jail "
                    + jail
                    + " has a file system of its own, "
                    + paths.image(jail)
                    + ", and its jailfile asks for none any more")
            .remedy(
                "Write 'filesystem' again; or copy what you need out of it, remove the jail (brig"
                    + " remove) and build it anew."));
  }

  /** What is in a plain directory would be hidden, the service's own data with it. */
  private void refusePlainJail(OwnVolume wanted) throws BrigException, LinuxException {
    if (Stat.ofLink(paths.jail(jail)) == null) {
      return;
    }
    try (Fd directory = Fd.open(paths.jail(jail), Fd.O_RDONLY | Fd.O_DIRECTORY | Fd.O_NOFOLLOW)) {
      for (String name : directory.list()) {
        if (!name.equals("lock") && !isEmptyDirectory(directory, name)) {
          throw BrigException.usage(
              Problem.of(
                      "jail "
                          + jail
                          + " lies in the directory "
                          + paths.jail(jail)
                          + ", and cannot move into a file system of its own")
                  .remedy(
                      "Move that directory away, build the jail, and copy what the service wrote"
                          + " (below writable) into the new one from inside (brig shell).")
                  .at(wanted.at()));
        }
      }
    }
  }

  private static boolean isEmptyDirectory(Fd directory, String name) throws LinuxException {
    Stat stat = directory.statAt(name);
    if (stat == null || !stat.isDirectory()) {
      return stat == null;
    }
    try (Fd inside = Names.openDirectory(directory, name)) {
      return inside.list().isEmpty();
    }
  }
}
