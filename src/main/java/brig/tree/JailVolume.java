package brig.tree;

import brig.linux.Attributes;
import brig.linux.Ext4;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.LoopDevice;
import brig.linux.Mounts;
import brig.linux.Names;
import brig.linux.Namespaces;
import brig.linux.Stat;
import brig.linux.Volume;
import brig.report.BrigException;
import brig.report.Problem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Opens a jail: where it has a file system of its own, that one is mounted on its directory, and
 * everything below {@link JailPaths#jail} is found there. For a jail without one nothing is done.
 * Every command that looks into a jail opens it first.
 *
 * <p>The mount is made in a mount namespace of the calling thread, which the threads that it starts
 * afterwards share, and the services that they start. Nobody else sees it, nothing of it is left
 * when the last of them has ended, and nobody can reach a jail's files from outside but by {@code
 * /proc/PID/root}. The loop device detaches itself at that moment. Two mounts of one file share one
 * device, which is looked up under a lock: with two devices the file would be destroyed.
 * docs/decisions/0006-a-file-system-of-its-own.md has the reasons.
 */
public final class JailVolume {
  private static final int ATTRIBUTES = Mounts.MOUNT_ATTR_NOSUID | Mounts.MOUNT_ATTR_NODEV;

  private final JailPaths paths;
  private final String jail;

  private JailVolume(JailPaths paths, String jail) {
    this.paths = paths;
    this.jail = jail;
  }

  /** Whether the jail has a file system of its own. */
  public static boolean exists(JailPaths paths, String jail) throws LinuxException {
    return Stat.ofLink(paths.image(jail)) != null;
  }

  /**
   * Opens a jail, once or again. Without root's rights a jail with a file system of its own stays
   * closed, and looks as if it had not been built.
   *
   * @throws BrigException when its file system is damaged, or cannot be mounted
   */
  public static void open(JailPaths paths, String jail) throws BrigException, LinuxException {
    if (Attributes.effectiveUid() != 0 || !exists(paths, jail)) {
      return;
    }
    JailVolume volume = new JailVolume(paths, jail);
    if (!volume.isOpen()) {
      Fd lock = lock(paths);
      try (lock) {
        volume.open(null);
      }
    }
  }

  /**
   * The same for who goes on when it cannot be opened, as one does who stops a service.
   *
   * @return what to tell the person; nothing when it is open
   */
  public static List<Problem> tryOpen(JailPaths paths, String jail) {
    try {
      open(paths, jail);
      if (Attributes.effectiveUid() != 0 && exists(paths, jail)) {
        return List.of(
            Problem.of("cannot look into jail " + jail)
                .answered("it has a file system of its own, which only root can mount")
                .remedy("Use sudo."));
      }
      return List.of();
    } catch (BrigException e) {
      return e.problems();
    } catch (LinuxException e) {
      return List.of(e.problem("cannot open jail " + jail + " (" + e.call() + ")"));
    }
  }

  /** Held while files are attached: nobody must attach the same one at the same time. */
  static Fd lock(JailPaths paths) throws LinuxException {
    Fd images = Fd.open(paths.images(), Fd.O_RDONLY | Fd.O_DIRECTORY | Fd.O_NOFOLLOW);
    try {
      Volume.lock(images, true);
      return images;
    } catch (LinuxException e) {
      images.close();
      throw e;
    }
  }

  /** Whether this thread sees the jail's own file system already. */
  boolean isOpen() throws LinuxException {
    Stat directory = Stat.ofLink(paths.jail(jail));
    Stat above = Stat.ofLink(paths.lib() + "/jails");
    return directory != null && above != null && directory.device() != above.device();
  }

  static JailVolume of(JailPaths paths, String jail) {
    return new JailVolume(paths, jail);
  }

  /** Unmounts it, unless something of this process still uses it. */
  void close() throws LinuxException {
    Mounts.unmountIfFree(paths.jail(jail));
  }

  /**
   * Mounts it; the caller holds the lock.
   *
   * @param wanted what a build asks for: then all of it is checked first, unless somebody has it
   *     mounted, and it is made as large as that; null: it is taken as it is
   */
  void open(@Nullable OwnVolume wanted) throws BrigException, LinuxException {
    TrustedPath.check(paths.images());
    String image = paths.image(jail);
    makeDirectory();
    try (Fd file = openImage(image);
        LoopDevice device = device(file, image, wanted)) {
      Namespaces.unshare(Namespaces.CLONE_FS | Namespaces.CLONE_NEWNS);
      Mounts.makeAllSlaves();
      try (Fd mount = mount(device, image);
          Fd point = Fd.open(paths.jail(jail), Fd.O_PATH | Fd.O_DIRECTORY | Fd.O_NOFOLLOW)) {
        Mounts.attach(mount, point);
      }
      if (wanted != null) {
        new VolumeGrowth(paths, jail, wanted).mounted(file, device);
      }
    }
  }

  private void makeDirectory() throws LinuxException {
    try (Fd jails = Fd.open(paths.lib() + "/jails", Fd.O_PATH | Fd.O_DIRECTORY)) {
      if (Names.mkdirIfAbsent(jails, jail, 0700)) {
        Attributes.chmodAt(jails, jail, 0755);
      }
    }
  }

  private Fd openImage(String image) throws BrigException, LinuxException {
    Fd file = Fd.open(image, Fd.O_RDWR | Fd.O_NOFOLLOW | Fd.O_NONBLOCK);
    try {
      Stat stat = file.stat();
      String wrong =
          !stat.isFile()
              ? "it is no file"
              : stat.uid() != 0 || (stat.mode() & 022) != 0
                  ? "others than root can write to it"
                  : null;
      if (wrong != null) {
        throw BrigException.refused(
            Problem.of("cannot open jail " + jail + ": its file system " + image)
                .answered(wrong)
                .remedy("Brig makes it root's, of mode 0600; see who changed that."));
      }
      return file;
    } catch (BrigException | LinuxException e) {
      file.close();
      throw e;
    }
  }

  private LoopDevice device(Fd file, String image, @Nullable OwnVolume wanted)
      throws BrigException, LinuxException {
    LoopDevice there = LoopDevice.find(file);
    if (there != null) {
      return there;
    }
    VolumeCheck.refuseDamage(file, image, jail, wanted != null);
    if (wanted != null) {
      new VolumeGrowth(paths, jail, wanted).unmounted(file);
    }
    try {
      return LoopDevice.attach(file);
    } catch (LinuxException e) {
      throw BrigException.refused(
          e.problem("cannot open jail " + jail + ": cannot attach " + image + " (" + e.call() + ")")
              .remedy(
                  "Its own file system needs loop devices (modprobe loop), which containers mostly"
                      + " lack."));
    }
  }

  private Fd mount(LoopDevice device, String image) throws BrigException, LinuxException {
    try {
      return Ext4.mount(device.path(), ATTRIBUTES);
    } catch (LinuxException e) {
      throw switch (e.errno()) {
        case EUCLEAN, EINVAL, EIO, EBADMSG -> VolumeCheck.damaged(jail, image, e);
        default ->
            BrigException.refused(
                e.problem("cannot open jail " + jail + ": cannot mount " + image));
      };
    }
  }

  /** As a person writes it in the jailfile: {@code 200M}. */
  static String size(long bytes) {
    return bytes % (1L << 30) == 0 ? (bytes >> 30) + "G" : ((bytes + (1 << 20) - 1) >> 20) + "M";
  }

  /** Gives the file system up: it is gone from the disk when nothing has it mounted any more. */
  static void remove(JailPaths paths, String jail) throws LinuxException {
    removeImage(paths, jail);
    Mounts.detach(paths.jail(jail));
  }

  /** The same of one that is not open. */
  static void removeImage(JailPaths paths, String jail) throws LinuxException {
    try (Fd images = lock(paths)) {
      Names.unlink(images, jail + ".ext4");
    }
  }
}
