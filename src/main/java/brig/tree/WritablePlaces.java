package brig.tree;

import brig.linux.Attributes;
import brig.linux.Errno;
import brig.linux.Fd;
import brig.linux.FileNames;
import brig.linux.LinuxException;
import brig.linux.Names;
import brig.linux.Stat;
import brig.plan.Entry;
import brig.plan.Plan;
import brig.report.BrigException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

  /** A place as a plan wants it. */
  record Place(String path, int mode, int uid, int gid) {}

  static List<Place> of(Plan plan) {
    List<Place> places = new ArrayList<>();
    for (Entry entry : plan.entries()) {
      if (entry instanceof Entry.Writable w && !w.temporary()) {
        places.add(new Place(w.path(), w.mode(), w.uid(), w.gid()));
      }
    }
    return places;
  }

  /**
   * As they are kept beside a generation: a line for each, so that a look at them needs no plan.
   */
  static byte[] encode(List<Place> places) {
    StringBuilder text = new StringBuilder();
    for (Place p : places) {
      text.append(p.mode()).append(' ').append(p.uid()).append(' ').append(p.gid()).append(' ');
      text.append(p.path()).append('\0');
    }
    return FileNames.encode(text.toString());
  }

  /** What {@link #encode} made; null when it is not that. */
  static @Nullable List<Place> decode(byte[] bytes) {
    List<Place> places = new ArrayList<>();
    String text = FileNames.decode(bytes);
    int at = 0;
    while (at < text.length()) {
      int end = text.indexOf('\0', at);
      String[] fields = end < 0 ? new String[0] : text.substring(at, end).split(" ", 4);
      if (fields.length < 4 || !fields[3].startsWith("/")) {
        return null;
      }
      try {
        places.add(
            new Place(
                fields[3],
                Integer.parseInt(fields[0]),
                Integer.parseInt(fields[1]),
                Integer.parseInt(fields[2])));
      } catch (NumberFormatException e) {
        return null;
      }
      at = end + 1;
    }
    return places;
  }

  /** Makes those that are absent, parents before what is in them. */
  static void make(Fd jail, List<Place> wanted) throws LinuxException, BrigException {
    if (Names.mkdirIfAbsent(jail, NAME, 0700)) {
      Attributes.chmodAt(jail, NAME, 0700);
    }
    try (Fd writable = Names.openDirectory(jail, NAME)) {
      WritablePlaces places = new WritablePlaces(jail, writable);
      for (Place place : wanted) {
        places.make(place);
      }
    }
  }

  private void make(Place place) throws LinuxException, BrigException {
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
