package brig.hole.listener;

import brig.linux.Errno;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.LocalSocket;
import brig.linux.Names;
import brig.linux.Ownership;
import brig.linux.Stat;
import brig.report.BrigException;
import brig.report.Problem;
import java.util.Set;

/**
 * The directory of a hole's doors: {@code socket}, and for jobs that the FIFO door is open to
 * {@code fifo} and {@code replies}. It is root's; whoever lives in the jail can use the doors, not
 * replace them.
 */
final class DoorPlace {
  static final String SOCKET = "socket";
  static final String FIFO = "fifo";
  static final String REPLIES = "replies";
  private static final int WRITABLE_BY_OTHERS = 022;

  private final Fd directory;

  private DoorPlace(Fd directory) {
    this.directory = directory;
  }

  static DoorPlace open(Served served) throws LinuxException, BrigException {
    String path = served.directory();
    String doing = "cannot open the doors of hole " + served.hole().name() + " in " + path;
    try {
      Fd directory = Fd.open(path, Fd.O_RDONLY | Fd.O_DIRECTORY | Fd.O_NOFOLLOW);
      Stat stat = directory.stat();
      if (stat.uid() != 0 || (stat.mode() & WRITABLE_BY_OTHERS) != 0) {
        directory.close();
        throw BrigException.refused(
            Problem.of(doing)
                .answered("others than root may change it")
                .remedy("Give it to root with mode 0755: a client could replace the doors."));
      }
      return new DoorPlace(directory);
    } catch (LinuxException e) {
      throw BrigException.refused(
          e.problem(doing)
              .remedy("It is made when the jail is built: brig build; with --at, make it first."));
    }
  }

  private boolean isThere(String name, int type) throws LinuxException {
    Stat stat = directory.statAt(name);
    if (stat == null) {
      return false;
    }
    if (stat.type() == type && type == Stat.S_IFIFO) {
      return true;
    }
    if (stat.type() == Stat.S_IFDIR && type == Stat.S_IFDIR) {
      return true;
    }
    if (stat.type() == Stat.S_IFDIR) {
      throw new LinuxException("unlink", directory.path() + "/" + name, Errno.EISDIR);
    }
    Names.unlink(directory, name);
    return false;
  }

  /** A fresh socket, whatever an earlier listener has left. */
  Fd socket(Set<Integer> callers) throws LinuxException {
    isThere(SOCKET, 0);
    Fd socket = LocalSocket.listen(directory, SOCKET);
    socketFor(callers);
    return socket;
  }

  /** One caller owns it; several are told apart by the kernel alone. */
  void socketFor(Set<Integer> callers) throws LinuxException {
    boolean one = callers.size() == 1;
    Ownership.set(directory, SOCKET, one ? callers.iterator().next() : 0, 0, one ? 0600 : 0666);
  }

  void removeSocket() {
    try {
      Names.unlink(directory, SOCKET);
    } catch (LinuxException e) {
      // gone already: nobody can come in
    }
  }

  /** Open for reading and writing: then it has no end when clients come and go. */
  Fd fifo() throws LinuxException {
    if (!isThere(FIFO, Stat.S_IFIFO)) {
      Names.mknod(directory, FIFO, Stat.S_IFIFO | 0600, 0, 0);
    }
    Ownership.set(directory, FIFO, 0, 0, 0622);
    return directory.openAt(FIFO, Fd.O_RDWR | Fd.O_NONBLOCK | Fd.O_NOFOLLOW, 0, BENEATH);
  }

  private static final int BENEATH = Fd.RESOLVE_BENEATH | Fd.RESOLVE_NO_SYMLINKS;

  /** Where clients make their pipes; each may remove its own alone. */
  Fd replies(Set<Integer> callers) throws LinuxException {
    if (!isThere(REPLIES, Stat.S_IFDIR)) {
      Names.mkdir(directory, REPLIES, 0700);
    }
    repliesFor(callers);
    return directory.openAt(REPLIES, Fd.O_RDONLY | Fd.O_DIRECTORY | Fd.O_NOFOLLOW, 0, BENEATH);
  }

  void repliesFor(Set<Integer> callers) throws LinuxException {
    boolean one = callers.size() == 1;
    Ownership.set(directory, REPLIES, one ? callers.iterator().next() : 0, 0, one ? 0700 : 01777);
  }

  void close() {
    directory.close();
  }
}
