package brig.tree;

import brig.linux.Attributes;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Stat;
import brig.report.BrigException;
import brig.report.Problem;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Sees to it that nobody but root can move, replace or add anything on the way to a directory:
 * whoever can write to one of the directories above a jail can put another jail in its place.
 */
final class TrustedPath {
  private static final int MOST_LINKS = 40;
  private static final int OTHERS_WRITE = 022;
  private static final int STICKY = 01000;

  private TrustedPath() {}

  /**
   * Looks at every directory from the root to {@code path}, links followed, as far as they exist.
   *
   * @throws BrigException that names the directory that others can write to
   */
  static void check(String path) throws BrigException, LinuxException {
    Deque<String> ahead = new ArrayDeque<>();
    addFirst(ahead, path);
    String at = "";
    int links = 0;
    checkDirectory("/", path);
    while (!ahead.isEmpty()) {
      String name = ahead.removeFirst();
      if (name.equals("..")) {
        at = at.substring(0, Math.max(0, at.lastIndexOf('/')));
        continue;
      }
      String next = at + "/" + name;
      Stat stat = Stat.ofLink(next);
      if (stat == null) {
        return;
      }
      if (stat.isLink() && ++links <= MOST_LINKS) {
        String target = Fd.readLink(next);
        addFirst(ahead, target);
        at = target.startsWith("/") ? "" : at;
      } else {
        checkDirectory(next, path);
        at = next;
      }
    }
  }

  private static void addFirst(Deque<String> ahead, String path) {
    String[] names = path.split("/", -1);
    for (int i = names.length - 1; i >= 0; i--) {
      if (!names[i].isEmpty() && !names[i].equals(".")) {
        ahead.addFirst(names[i]);
      }
    }
  }

  private static void checkDirectory(String directory, String path)
      throws BrigException, LinuxException {
    Stat stat = Stat.ofLink(directory);
    if (stat == null) {
      return;
    }
    if (!stat.isDirectory()) {
      throw BrigException.refused(
          Problem.of("cannot keep jails in " + path + ": " + directory + " is not a directory"));
    }
    if (stat.uid() != 0) {
      throw BrigException.refused(
          Problem.of(
                  "cannot keep jails in "
                      + path
                      + ": "
                      + directory
                      + " belongs to the user with uid "
                      + Integer.toUnsignedString(stat.uid())
                      + ", who could put another jail in its place")
              .remedy("Give it to root (chown root " + directory + "), or choose another place."));
    }
    // With the sticky bit only owners (here: root) rename and remove, so that what is root's stays.
    if ((stat.mode() & OTHERS_WRITE) != 0 && (stat.mode() & STICKY) == 0) {
      throw BrigException.refused(
          Problem.of(
                  "cannot keep jails in "
                      + path
                      + ": "
                      + directory
                      + " can be written to by others (mode "
                      + octal(stat.mode() & 07777)
                      + "), who could put another jail in its place")
              .remedy("Take that away (chmod go-w " + directory + "), or choose another place."));
    }
  }

  private static String octal(int mode) {
    return "0" + Integer.toOctalString(mode);
  }

  /** Files keep their owners and devices are made: that is root's alone. */
  static void requireRoot(String jail) throws BrigException {
    int uid = Attributes.effectiveUid();
    if (uid != 0) {
      throw BrigException.refused(
          Problem.of(
                  "cannot build "
                      + jail
                      + " as the user with uid "
                      + Integer.toUnsignedString(uid)
                      + ": files in a jail keep their owners, devices are made, and root must own"
                      + " the way to them")
              .remedy(
                  "Run it as root (sudo brig build "
                      + jail
                      + "). In a container it needs CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_FOWNER,"
                      + " CAP_SETFCAP and CAP_MKNOD."));
    }
  }
}
