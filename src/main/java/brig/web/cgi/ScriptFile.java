package brig.web.cgi;

import brig.linux.Errno;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Stat;

/**
 * Looks at a program before it is started, from outside: which file it is, whose, and whether it
 * may run. Links are not followed anywhere on the way, so what is looked at lies where its path
 * says.
 *
 * <p>Where a program is to run as its owner, the rules are those of suEXEC and cgiwrap: nobody but
 * the owner can have written the file or put it there. Whoever could exchange it after this look is
 * the owner, and gets no other rights than their own.
 */
final class ScriptFile {
  private static final int SET_ID = 06000;
  private static final int WRITABLE_BY_OTHERS = 022;
  private static final int EXECUTABLE = 0111;

  private ScriptFile() {}

  /** It may not be run; the message says why. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    private final DoorMessage.Reason reason;

    Refused(DoorMessage.Reason reason, String message) {
      super(message);
      this.reason = reason;
    }

    DoorMessage.Reason reason() {
      return reason;
    }
  }

  /**
   * Looks.
   *
   * @param jail the directory that is the jail's root
   * @param path inside, absolute
   */
  static Stat look(Fd jail, String path, CgiPlace place) throws Refused {
    Stat file = stat(jail, path);
    if (!file.isFile()) {
      throw forbidden(path, "is no file");
    }
    if ((file.mode() & EXECUTABLE) == 0) {
      throw forbidden(path, "may be executed by nobody");
    }
    if ((file.mode() & SET_ID) != 0) {
      throw forbidden(path, "is set-id");
    }
    if (place.asOwner()) {
      owned(jail, path, file, place);
    }
    return file;
  }

  private static void owned(Fd jail, String path, Stat file, CgiPlace place) throws Refused {
    if (Integer.compareUnsigned(file.uid(), place.leastUid()) < 0) {
      throw forbidden(
          path, "has the owner " + Integer.toUnsignedString(file.uid()) + ", below least_uid");
    }
    if (file.gid() == 0) {
      throw forbidden(path, "has the group 0");
    }
    if ((file.mode() & WRITABLE_BY_OTHERS) != 0) {
      throw forbidden(path, "may be written by others than its owner");
    }
    String above = path.substring(0, path.lastIndexOf('/'));
    Stat directory = stat(jail, above.isEmpty() ? "/" : above);
    if (directory.uid() != file.uid()) {
      throw forbidden(path, "lies in a directory of another owner");
    }
    if ((directory.mode() & WRITABLE_BY_OTHERS) != 0) {
      throw forbidden(path, "lies in a directory that others may write");
    }
  }

  private static Stat stat(Fd jail, String path) throws Refused {
    int resolve = Fd.RESOLVE_IN_ROOT | Fd.RESOLVE_NO_SYMLINKS | Fd.RESOLVE_NO_MAGICLINKS;
    String relative = path.equals("/") ? "." : path.substring(1);
    try (Fd file = jail.openAt(relative, Fd.O_PATH, 0, resolve)) {
      return file.stat();
    } catch (LinuxException e) {
      if (e.errno() == Errno.ELOOP) {
        throw forbidden(path, "is a link, or lies behind one");
      }
      throw new Refused(DoorMessage.Reason.ABSENT, path + ": " + e.errno().text());
    }
  }

  private static Refused forbidden(String path, String why) {
    return new Refused(DoorMessage.Reason.FORBIDDEN, path + " " + why);
  }
}
