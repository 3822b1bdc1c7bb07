package brig.launch.service;

import brig.launch.LaunchOrder.JailMount;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Stat;
import brig.report.BrigException;
import brig.report.Problem;
import brig.spec.JailSpec;
import brig.spec.Located;
import brig.tree.Change;
import brig.tree.MountPlan;
import brig.tree.MountPlan.Mount;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a daemon that chroots itself sees before it does (mode "self"): the host's directories,
 * mounted read-only, nosuid and nodev, without those that hold devices, sockets, the kernel's data
 * and people's own files; and what is prepared for it in the directory that it goes into.
 */
public final class SelfTree {
  /** Of the top of the host; the daemon gets empty ones, with its own places in them. */
  private static final Set<String> EMPTY = Set.of("dev", "run", "tmp", "home", "root", "mnt");

  /** Not there at all. */
  private static final Set<String> ABSENT =
      Set.of("proc", "sys", "boot", "media", "lost+found", "efi");

  /** Names at the top of the host that the daemon finds empty, but for its own places. */
  public static List<String> emptied() {
    return EMPTY.stream().sorted().toList();
  }

  /** Names at the top of the host that it does not find. */
  public static List<String> absent() {
    return ABSENT.stream().sorted().toList();
  }

  private final JailSpec spec;
  private final String site;
  private final LaunchFacts facts;

  public SelfTree(JailSpec spec, JailSpec.Late late, LaunchFacts facts) {
    this.spec = spec;
    this.site = late.root().value();
    this.facts = facts;
  }

  /** The daemon's root, as it is put together at a start. */
  public MountPlan plan() throws LinuxException, BrigException {
    TreeMap<String, Change> made = new TreeMap<>();
    List<Mount> mounts = new ArrayList<>();
    made.put("/", new Change.MakeDirectory("/", 0755, 0, 0));
    try (Fd top = Fd.open("/", Fd.O_RDONLY | Fd.O_DIRECTORY)) {
      for (String name : top.list()) {
        String path = "/" + name;
        Stat stat = top.statAt(name);
        if (stat == null || ABSENT.contains(name)) {
          continue;
        }
        if (stat.isLink()) {
          made.put(path, new Change.MakeLink(path, top.readLinkAt(name)));
        } else if (EMPTY.contains(name)) {
          made.put(path, new Change.MakeDirectory(path, 0755, 0, 0));
        } else if (stat.isDirectory()) {
          mounts.add(new Mount(path, path, stat.device(), stat.inode(), true));
        }
      }
    }
    for (Located<String> device : spec.devices().names()) {
      makeDevice("/dev/" + device.value(), made);
    }
    for (LaunchFacts.Place place : facts.places()) {
      if (isEmptied(place.path())) {
        makeDirectories(place.path(), made);
      }
    }
    if (isEmptied(site)) {
      makeDirectories(site.substring(0, site.lastIndexOf('/')), made);
      Stat stat = Stat.ofLink(site);
      if (stat != null) {
        mounts.add(new Mount(site, site, stat.device(), stat.inode(), true));
      }
    }
    return new MountPlan(List.copyOf(made.values()), mounts);
  }

  private static void makeDevice(String path, Map<String, Change> made) throws LinuxException {
    Stat stat = Stat.of(path);
    if (stat != null && stat.type() == Stat.S_IFCHR) {
      int major = (int) (stat.special() >>> 32);
      int mode = stat.mode() & 0777;
      made.put(path, new Change.MakeDevice(path, false, major, (int) stat.special(), mode));
    }
  }

  private static boolean isEmptied(String path) {
    int slash = path.indexOf('/', 1);
    return EMPTY.contains(path.substring(1, slash < 0 ? path.length() : slash));
  }

  private static void makeDirectories(String path, Map<String, Change> made) {
    for (int end = path.indexOf('/', 1); end > 0; end = path.indexOf('/', end + 1)) {
      String above = path.substring(0, end);
      made.putIfAbsent(above, new Change.MakeDirectory(above, 0755, 0, 0));
    }
    made.putIfAbsent(path, new Change.MakeDirectory(path, 0755, 0, 0));
  }

  /** What lies over that root: its places, its devices, and all that is mounted in the site. */
  public List<JailMount> mounts() {
    List<JailMount> mounts = new ArrayList<>();
    mounts.add(new JailMount.OwnDevices("/dev"));
    for (LaunchFacts.Place p : facts.places()) {
      mounts.add(
          p.temporary()
              ? new JailMount.Temporary(p.path(), p.mode(), p.uid(), p.gid(), p.sizeBytes())
              : new JailMount.Writable(p.path(), p.path()));
    }
    for (JailMount mount : prepared()) {
      mounts.add(
          mount instanceof JailMount.HostDevice(String inside, String outside)
              ? new JailMount.HostDevice(site + inside, outside)
              : new JailMount.ReadOnly(site + mount.inside(), outside(mount)));
    }
    mounts.sort((a, b) -> a.inside().compareTo(b.inside()));
    return mounts;
  }

  /** The same as a process sees it that has gone in, whose root is the site. */
  public List<JailMount> mountsInside() {
    List<JailMount> mounts = prepared();
    for (LaunchFacts.Place p : facts.places()) {
      if (p.path().startsWith(site + "/")) {
        String inside = p.path().substring(site.length());
        mounts.add(
            p.temporary()
                ? new JailMount.Temporary(inside, p.mode(), p.uid(), p.gid(), p.sizeBytes())
                : new JailMount.Writable(inside, p.path()));
      }
    }
    mounts.sort((a, b) -> a.inside().compareTo(b.inside()));
    return mounts;
  }

  /** Sockets, files and devices that are wanted after the chroot, by their paths in the site. */
  private List<JailMount> prepared() {
    List<JailMount> mounts = new ArrayList<>();
    for (Located<String> include : spec.files().include()) {
      mounts.add(new JailMount.ReadOnly(include.value(), include.value()));
    }
    for (JailSpec.MountedPath socket : facts.sockets()) {
      mounts.add(new JailMount.ReadOnly(socket.inside(), socket.outside()));
    }
    for (Located<String> device : spec.devices().names()) {
      String path = "/dev/" + device.value();
      mounts.add(new JailMount.HostDevice(path, path));
    }
    mounts.sort((a, b) -> a.inside().compareTo(b.inside()));
    return mounts;
  }

  private static String outside(JailMount mount) {
    return mount instanceof JailMount.ReadOnly(String inside, String outside)
        ? outside
        : mount.inside();
  }

  /**
   * Makes, in the site on the host, the empty places that something is mounted on; what is there is
   * left as it is. No link is followed.
   */
  public void prepare() throws LinuxException, BrigException {
    for (Located<JailSpec.WritablePath> line : spec.files().writable()) {
      requirePlace(line);
    }
    SitePlaces.make(site, mountsInside());
  }

  private void requirePlace(Located<JailSpec.WritablePath> line)
      throws LinuxException, BrigException {
    String path = line.value().path();
    if (line.value().owner() != null || line.value().mode().isPresent()) {
      throw BrigException.usage(
          Problem.of(
                  "with mode = \"self\", \""
                      + path
                      + "\" has the owner and mode it has on the host")
              .remedy("Write its path alone.")
              .at(line.at()));
    }
    if (!isEmptied(path) && Stat.of(path) == null) {
      throw BrigException.usage(
          Problem.of("cannot let " + spec.name() + " write to " + path)
              .answered("there is no such directory on the host")
              .remedy("Make it, with the owner that the daemon wants.")
              .at(line.at()));
    }
  }
}
