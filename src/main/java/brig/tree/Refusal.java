package brig.tree;

import brig.linux.Errno;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Stat;
import brig.linux.Volume;
import brig.report.Problem;

/** Every word on what a person can do when the system refuses a part of a build. */
final class Refusal {
  private Refusal() {}

  /**
   * A failed call, told with its remedy.
   *
   * @param jail the jail's directory
   * @param needed what the whole tree takes, in bytes; 0 when that is not known yet
   */
  static Problem of(LinuxException e, String jail, long needed) {
    Problem problem = e.problem("cannot " + e.call() + (e.path() == null ? "" : " " + e.path()));
    String remedy = remedy(e, jail, needed);
    return remedy.isEmpty() ? problem : problem.remedy(remedy);
  }

  private static String remedy(LinuxException e, String jail, long needed) {
    return switch (e.errno()) {
      case ENOSPC ->
          "The file system of "
              + jail
              + " is full: "
              + (needed == 0 ? "" : "the jail takes " + Bytes.text(needed) + ", ")
              + free(jail)
              + " are free. "
              + (isOwnVolume(jail)
                  ? "It is the jail's own: write a larger size in 'filesystem' and build again."
                  : "Make room there.");
      case EDQUOT -> "The quota of root on the file system of " + jail + " is used up.";
      case EROFS ->
          "The file system of "
              + jail
              + " is read-only. Remount it writable, or set BRIG_HOME to"
              + " another place.";
      case EIO, EUCLEAN -> "The disk or its file system is damaged: see the kernel's log (dmesg).";
      case EMFILE, ENFILE -> "Raise the limit of open files (ulimit -n).";
      case EACCES, EPERM ->
          e.call().equals("mknod")
              ? "Making devices needs CAP_MKNOD, which containers mostly lack; set"
                  + " devices.mode = \"bind\"."
              : "Root is refused: see whether the file is immutable (lsattr), the file system"
                  + " forbids it (mount), or a security module does (dmesg).";
      default -> "";
    };
  }

  /** LIB/jails/NAME has LIB/images/NAME.ext4: {@link JailPaths}. */
  private static boolean isOwnVolume(String jail) {
    int name = jail.lastIndexOf('/');
    int jails = jail.lastIndexOf('/', name - 1);
    if (jails < 0) {
      return false;
    }
    String image = jail.substring(0, jails) + "/images" + jail.substring(name) + ".ext4";
    try {
      return Stat.ofLink(image) != null;
    } catch (LinuxException e) {
      return false;
    }
  }

  private static String free(String jail) {
    try (Fd directory = Fd.open(jail, Fd.O_RDONLY | Fd.O_DIRECTORY)) {
      return Bytes.text(Volume.of(directory).freeBytes());
    } catch (LinuxException e) {
      return "an unknown number of bytes";
    }
  }

  /** A device file that could be made, but never opened (mount(2), MS_NODEV). */
  static Problem noDevices(String path) {
    return Problem.of("cannot create device " + path)
        .answered(Errno.EACCES.text())
        .remedy(
            "The file system is mounted nodev, where a device cannot be opened; remount it, or set"
                + " devices.mode = \"bind\".");
  }

  static Problem unstable(String source) {
    return Problem.of("cannot copy " + source + ": it changes while it is copied")
        .remedy("Stop what writes to it, or leave it out of the jail (files.exclude).");
  }
}
