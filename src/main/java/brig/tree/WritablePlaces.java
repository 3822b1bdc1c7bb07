package brig.tree;

import brig.linux.Attributes;
import brig.linux.Errno;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Names;
import brig.linux.Stat;
import brig.plan.Entry;
import brig.plan.Plan;
import brig.report.BrigException;

/**
 * The directories that a service may write to, under LIB/jails/NAME/writable. They outlive every
 * generation. One that is there is never touched: what is in it, and who owns it, is the site's.
 *
 * <p>{@code writable} itself is for root alone, so that nobody outside can run or read through it
 * what a service puts there. A service may own a directory that holds another: links are not
 * followed here, and must not be followed by who mounts them.
 */
final class WritablePlaces {
  private static final String NAME = "writable";
  private static final String NEW = "writable.new" + JailDirectory.UNFINISHED;

  private final Fd jail;
  private final Fd writable;

  private WritablePlaces(Fd jail, Fd writable) {
    this.jail = jail;
    this.writable = writable;
  }

  /** Makes those that are absent, parents before what is in them. */
  static void make(Fd jail, Plan plan) throws LinuxException, BrigException {
    if (Names.mkdirIfAbsent(jail, NAME, 0700)) {
      Attributes.chmodAt(jail, NAME, 0700);
    }
    try (Fd writable = Names.openDirectory(jail, NAME)) {
      WritablePlaces places = new WritablePlaces(jail, writable);
      for (Entry entry : plan.entries()) {
        if (entry instanceof Entry.Writable place && !place.temporary()) {
          places.make(place);
        }
      }
    }
  }

  private void make(Entry.Writable place) throws LinuxException, BrigException {
    Fd above = writable;
    try {
      int from = 1;
      int slash = place.path().indexOf('/', from);
      while (slash >= 0) {
        String name = place.path().substring(from, slash);
        makeAs(above, name, 0755, 0, 0);
        Fd next = Names.openDirectory(above, name);
        closeUnlessFirst(above);
        above = next;
        from = slash + 1;
        slash = place.path().indexOf('/', from);
      }
      String name = place.path().substring(from);
      makeAs(above, name, place.mode(), place.uid(), place.gid());
      Stat stat = above.statAt(name);
      if (stat == null || !stat.isDirectory()) {
        throw new LinuxException("open", above.path() + "/" + name, Errno.ENOTDIR);
      }
    } catch (LinuxException e) {
      if (e.errno() != Errno.ENOTDIR && e.errno() != Errno.ELOOP) {
        throw e;
      }
      throw BrigException.refused(
          e.problem("cannot use " + e.path() + " for the writable place " + place.path())
              .remedy(
                  "Something else than a directory is in its place; the service may have put it"
                      + " there. Look at it, and remove it."));
    } finally {
      closeUnlessFirst(above);
    }
  }

  private void closeUnlessFirst(Fd directory) {
    if (directory != writable) {
      directory.close();
    }
  }

  /** Made elsewhere and moved, so that a build that is killed leaves none with a wrong owner. */
  private void makeAs(Fd above, String name, int mode, int uid, int gid) throws LinuxException {
    if (above.statAt(name) != null) {
      return;
    }
    Names.mkdir(jail, NEW, 0700);
    Attributes.chownAt(jail, NEW, uid, gid);
    Attributes.chmodAt(jail, NEW, mode);
    Names.move(jail, NEW, above, name);
  }
}
