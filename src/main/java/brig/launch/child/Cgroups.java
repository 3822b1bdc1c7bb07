package brig.launch.child;

import brig.launch.child.ChildOrder.ChildLimits;
import brig.linux.Errno;
import brig.linux.Fd;
import brig.linux.HostFiles;
import brig.linux.LinuxException;
import brig.linux.MountTable;
import brig.linux.OwnThread;
import brig.linux.ProcessStatus;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The cgroups of one runner, in a directory of its name below the cgroup that this process is in. A
 * pen is used again: making and removing one costs as much as a quarter of a program's start.
 */
final class Cgroups implements Pens {
  private final CgroupPlaces places;
  private final Deque<CgroupPen> free = new ArrayDeque<>();
  private final List<Thread> removals = new ArrayList<>();
  private int named;
  private int made;

  private Cgroups(CgroupPlaces places) {
    this.places = places;
  }

  /**
   * Finds a place, and ends what a process that was killed has left there.
   *
   * @param name of the runner; no other may have it at the same time
   * @return null when no cgroup can be made here
   */
  static @Nullable Cgroups open(String name) throws LinuxException {
    CgroupPlaces mine = mine();
    if (mine.unified() != null && mine.pids() == null) {
      countIn(mine.unified());
    }
    CgroupPlaces places = mine.map(directory -> made(directory, name));
    if (places.isEmpty()) {
      return null;
    }
    if (places.unified() != null) {
      allow(places.unified());
    }
    Cgroups cgroups = new Cgroups(places);
    cgroups.endLeftOvers();
    return cgroups;
  }

  /** Where this process is in the hierarchies that matter. */
  private static CgroupPlaces mine() throws LinuxException {
    byte[] mine = HostFiles.readOrNull("/proc/self/cgroup");
    String memberships = mine == null ? "" : new String(mine, StandardCharsets.ISO_8859_1);
    String unified = null;
    String pids = null;
    String memory = null;
    for (MountTable.Mount mount : MountTable.mine()) {
      if (mount.type().equals("cgroup2") && unified == null) {
        unified = place(mount, memberships, "");
      } else if (mount.type().equals("cgroup") && mount.shared().contains("pids")) {
        pids = place(mount, memberships, "pids");
      }
      if (mount.type().equals("cgroup") && mount.shared().contains("memory")) {
        memory = place(mount, memberships, "memory");
      }
    }
    return new CgroupPlaces(unified, pids, memory);
  }

  /** The runners' names beside this process that begin so. */
  static Set<String> runners(String prefix) throws LinuxException {
    Set<String> names = new TreeSet<>();
    for (String place : mine().all()) {
      try (Fd directory = Fd.open(place, Fd.O_RDONLY | Fd.O_DIRECTORY)) {
        for (String name : directory.list()) {
          if (name.startsWith(prefix)) {
            names.add(name);
          }
        }
      }
    }
    return names;
  }

  /** Where this process is in a hierarchy; null when that is out of sight. */
  private static @Nullable String place(
      MountTable.Mount mount, String memberships, String controller) {
    for (String line : memberships.split("\n", -1)) {
      String[] fields = line.split(":", 3);
      boolean wanted =
          fields.length == 3
              && (controller.isEmpty()
                  ? fields[0].equals("0") && fields[1].isEmpty()
                  : ("," + fields[1] + ",").contains("," + controller + ","));
      if (wanted) {
        String path = fields[2].equals("/") ? "" : fields[2];
        if (mount.root().equals("/")) {
          return mount.point() + path;
        }
        return (path + "/").startsWith(mount.root() + "/")
            ? mount.point() + path.substring(mount.root().length())
            : null;
      }
    }
    return null;
  }

  /**
   * Lets the cgroups below count processes and memory. Where processes are in it, only the top of
   * the hierarchy may (cgroups(7), "no internal processes"): a service that has it to itself, as
   * systemd's Delegate= gives it, goes one level down.
   */
  private static void countIn(String directory) throws LinuxException {
    if (!allow(directory)) {
      byte[] members = HostFiles.readOrNull(directory + "/cgroup.procs");
      String self = ProcessStatus.self() + "\n";
      if (members != null && new String(members, StandardCharsets.US_ASCII).equals(self)) {
        String below = made(directory, "listener");
        if (below != null && put(below + "/cgroup.procs", self)) {
          allow(directory);
        }
      }
    }
  }

  private static boolean allow(String directory) throws LinuxException {
    String file = directory + "/cgroup.subtree_control";
    put(file, "+memory");
    return put(file, "+pids");
  }

  private static boolean put(String path, String text) throws LinuxException {
    try (Fd file = Fd.open(path, Fd.O_WRONLY)) {
      file.write(text.getBytes(StandardCharsets.US_ASCII));
      return true;
    } catch (LinuxException e) {
      return switch (e.errno()) {
        case ENOENT, EBUSY, EACCES, EPERM, EROFS, EINVAL, EOPNOTSUPP -> false;
        default -> throw e;
      };
    }
  }

  private static @Nullable String made(String above, String name) throws LinuxException {
    try {
      HostFiles.createDirectories(above + "/" + name, 0755);
      return above + "/" + name;
    } catch (LinuxException e) {
      return switch (e.errno()) {
        case EACCES, EPERM, EROFS, ENOENT, EAGAIN -> null;
        default -> throw e;
      };
    }
  }

  private void endLeftOvers() throws LinuxException {
    String present = places.present();
    try (Fd directory = Fd.open(present, Fd.O_RDONLY | Fd.O_DIRECTORY)) {
      for (String pen : directory.list()) {
        if (pen.startsWith("child-")) {
          CgroupPen old = pen(pen);
          Patience patience = new Patience("end what is left in", present + "/" + pen);
          while (!old.empty()) {
            old.killAll();
            patience.wait1();
          }
          named = Math.max(named, Integer.parseInt(pen.substring("child-".length())));
          made++;
          giveBack(old);
        }
      }
    }
  }

  private CgroupPen pen(String name) throws LinuxException {
    return new CgroupPen(places.below(name));
  }

  /** One that has these limits already, if there is. */
  @Override
  public synchronized CgroupPen take(ChildOrder order) throws LinuxException {
    ChildLimits limits = order.limits();
    CgroupPen pen = null;
    for (CgroupPen one : free) {
      if (one.has(limits)) {
        pen = one;
        break;
      }
    }
    if (pen != null) {
      free.remove(pen);
    } else {
      pen = free.poll();
    }
    if (pen == null) {
      pen = pen("child-" + ++named);
      made++;
    }
    return pen;
  }

  @Override
  public synchronized void giveBack(Pen pen) throws LinuxException {
    if (pen instanceof CgroupPen cgroup && cgroup.isUsable()) {
      free.push(cgroup);
      return;
    }
    made--;
    removals.removeIf(removal -> !removal.isAlive());
    // Aside: what was killed a moment ago may hold it for another.
    removals.add(
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    pen.remove();
                  } catch (LinuxException e) {
                    // it is found, and ended, by the next runner of that name
                  }
                }));
  }

  @Override
  public synchronized int count() {
    return made;
  }

  /** Removes those that are free, and the directory when it is empty then. */
  @Override
  public synchronized void close() throws LinuxException {
    removals.forEach(OwnThread::join);
    while (!free.isEmpty()) {
      free.pop().remove();
      made--;
    }
    for (String path : places.all()) {
      try {
        HostFiles.removeDirectory(path);
      } catch (LinuxException e) {
        if (e.errno() != Errno.EBUSY && e.errno() != Errno.ENOENT) {
          throw e;
        }
      }
    }
  }
}
