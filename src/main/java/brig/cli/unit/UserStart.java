package brig.cli.unit;

import brig.launch.LaunchOrder;
import brig.launch.LaunchOrder.JailMount;
import brig.launch.service.LaunchFacts;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Names;
import brig.linux.Stat;
import brig.spec.Located;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether a service that begins as root can begin as its user, and how. Apache wants root for its
 * ports, for its logs and to become its user; where the ports come by a capability, the logs are in
 * a directory of the user's, and it may read all that is in the jail, it does without.
 *
 * @param order the start, as its user where nothing is in the way
 * @param logs places for logs that were root's and have to be the user's now
 * @param obstacle why it begins as root all the same; null: it does not, or never did
 */
record UserStart(LaunchOrder order, List<String> logs, @Nullable String obstacle) {
  /** Programs that serve as the user that they were started as, when they are not root. */
  private static final Set<String> WILLING = Set.of("apache2", "httpd");

  private static final String PORTS = "CAP_NET_BIND_SERVICE";

  /** What such a program needs to be root for a while, and for nothing else. */
  private static final Set<String> ROOTS = Set.of("CAP_SETUID", "CAP_SETGID", "CAP_KILL");

  /** Of mod_cgid, to give its socket to the user, whose it is when there is no root. */
  private static final String GIVING = "CAP_CHOWN";

  /** Sets the user for each request, as root. */
  private static final String ITK = "/usr/lib/apache2/modules/mpm_itk.so";

  /** Brig's own, which no service opens. */
  private static final Set<String> NOBODYS = Set.of("/etc/shadow", "/etc/gshadow");

  private static final int FIRST_FREE_PORT = 1024;

  static UserStart of(LaunchOrder order, LaunchFacts facts, String root) throws LinuxException {
    String program = order.argv().getFirst();
    if (!order.startAsRoot() || !WILLING.contains(nameOf(program))) {
      return new UserStart(order, List.of(), null);
    }
    List<String> logs = new ArrayList<>();
    String obstacle = foreignPlace(facts, logs);
    for (String capability : order.capabilities()) {
      if (!capability.equals(PORTS) && !capability.equals(GIVING) && !ROOTS.contains(capability)) {
        obstacle = "it is to have " + capability;
      }
    }
    if (obstacle == null && Stat.of(root + ITK) != null) {
      obstacle = "its module mpm_itk becomes the user of each site";
    }
    if (obstacle == null) {
      try (Fd top = Fd.open(root, Fd.O_RDONLY | Fd.O_DIRECTORY)) {
        String unreadable = unreadable(top, "", order);
        obstacle = unreadable == null ? null : "its user may not read " + unreadable;
      }
    }
    return obstacle == null
        ? new UserStart(asUser(order), List.copyOf(logs), null)
        : new UserStart(order, List.of(), obstacle);
  }

  private static String nameOf(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** A place of somebody else's that is not one for logs. */
  private static @Nullable String foreignPlace(LaunchFacts facts, List<String> logs) {
    for (LaunchFacts.Place place : facts.places()) {
      if (place.temporary() || place.uid() == facts.service().uid()) {
        continue;
      }
      if (!place.path().startsWith("/var/log/")) {
        return place.path() + " is not its user's";
      }
      logs.add(place.path());
    }
    return null;
  }

  /** Some file of the jail that its user may not read; null: none. */
  private static @Nullable String unreadable(Fd directory, String path, LaunchOrder order)
      throws LinuxException {
    for (String name : directory.list()) {
      String inside = path + "/" + name;
      Stat stat = directory.statAt(name);
      boolean mounted = order.mounts().stream().anyMatch(m -> m.inside().equals(inside));
      if (stat == null || mounted || NOBODYS.contains(inside)) {
        continue;
      }
      if (stat.isFile() && !may(stat, 4, order)) {
        return inside;
      }
      if (stat.isDirectory()) {
        if (!may(stat, 1, order)) {
          return inside;
        }
        try (Fd below = Names.openDirectory(directory, name)) {
          String found = unreadable(below, inside, order);
          if (found != null) {
            return found;
          }
        }
      }
    }
    return null;
  }

  /** inode(7): the owner's bits hold for the owner, the group's for its members. */
  private static boolean may(Stat stat, int right, LaunchOrder order) {
    boolean owner = stat.uid() == order.uid();
    boolean member = stat.gid() == order.gid() || order.groups().contains(stat.gid());
    int bits = owner ? stat.mode() >> 6 : member ? stat.mode() >> 3 : stat.mode();
    return (bits & right) != 0;
  }

  private static LaunchOrder asUser(LaunchOrder order) {
    List<Located<Integer>> listen = order.network().listen();
    boolean low = listen == null || listen.stream().anyMatch(p -> p.value() < FIRST_FREE_PORT);
    List<JailMount> mounts = new ArrayList<>();
    for (JailMount mount : order.mounts()) {
      mounts.add(
          mount instanceof JailMount.Temporary t && t.uid() == 0
              ? new JailMount.Temporary(
                  t.inside(), t.mode(), order.uid(), order.gid(), t.sizeBytes())
              : mount);
    }
    return new LaunchOrder(
        order.jail(),
        order.root(),
        order.argv(),
        order.environment(),
        order.workingDirectory(),
        order.uid(),
        order.gid(),
        order.groups(),
        false,
        low && order.capabilities().contains(PORTS) ? List.of(PORTS) : List.of(),
        order.umask(),
        order.limits(),
        order.namespaces(),
        order.network(),
        order.seccomp(),
        order.landlock(),
        mounts,
        order.handedIn(),
        order.output(),
        order.terminal(),
        order.mounted());
  }
}
