package brig.launch.service;

import brig.launch.LaunchOrder.JailMount;
import brig.linux.Errno;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Names;
import brig.linux.Stat;
import brig.report.BrigException;
import brig.report.Problem;
import java.util.List;

/**
 * The empty places, in the directory of a site, on which something is mounted for the processes
 * that go into it. What is there is left as it is.
 */
public final class SitePlaces {
  private SitePlaces() {}

  /**
   * Makes those that are absent, on the host. No link is followed on the way.
   *
   * @param mounts by their places inside, parents before children; the writable ones are
   *     directories of the site, and are there
   * @throws BrigException there is nothing to be mounted, or something is in the way
   */
  public static void make(String site, List<JailMount> mounts)
      throws LinuxException, BrigException {
    try (Fd top = Fd.open(site, Fd.O_RDONLY | Fd.O_DIRECTORY | Fd.O_NOFOLLOW)) {
      for (int i = 0; i < mounts.size(); i++) {
        JailMount mount = mounts.get(i);
        boolean made = mount instanceof JailMount.Writable;
        for (JailMount before : mounts.subList(0, i)) {
          // What is in the directory of the host is there; what is in memory is made at the start.
          made |=
              !(before instanceof JailMount.Writable)
                  && mount.inside().startsWith(before.inside() + "/");
        }
        if (!made) {
          make(site, top, mount.inside(), isDirectory(site, mount));
        }
      }
    }
  }

  private static boolean isDirectory(String site, JailMount mount)
      throws LinuxException, BrigException {
    String outside =
        switch (mount) {
          case JailMount.ReadOnly m -> m.outside();
          case JailMount.Lent m -> m.outside();
          case JailMount.HostDevice m -> m.outside();
          case JailMount.Writable _, JailMount.Temporary _, JailMount.OwnDevices _ -> "/";
        };
    Stat source = Stat.of(outside);
    if (source == null) {
      throw BrigException.refused(
          Problem.of("cannot prepare " + site + mount.inside())
              .answered("there is no " + outside + " on the host")
              .remedy(
                  "If it is a socket, is its service running? Else take it out of the jailfile, or"
                      + " out of the lock file beside it."));
    }
    return source.isDirectory();
  }

  private static void make(String site, Fd top, String inside, boolean directory)
      throws LinuxException, BrigException {
    Fd at = top;
    try {
      for (int from = 1; ; ) {
        int slash = inside.indexOf('/', from);
        String name = inside.substring(from, slash < 0 ? inside.length() : slash);
        if (slash < 0) {
          makeLast(at, name, directory);
          return;
        }
        Names.mkdirIfAbsent(at, name, 0755);
        Fd next = Names.openDirectory(at, name);
        if (at != top) {
          at.close();
        }
        at = next;
        from = slash + 1;
      }
    } catch (LinuxException e) {
      if (e.errno() != Errno.ENOTDIR && e.errno() != Errno.ELOOP) {
        throw e;
      }
      throw BrigException.refused(
          e.problem("cannot prepare " + site + inside)
              .remedy("A link, or something else than a directory, is on the way to it."));
    } finally {
      if (at != top) {
        at.close();
      }
    }
  }

  private static void makeLast(Fd at, String name, boolean directory) throws LinuxException {
    if (directory) {
      Names.mkdirIfAbsent(at, name, 0755);
    } else if (at.statAt(name) == null) {
      Names.create(at, name, 0444).close();
    }
  }
}
