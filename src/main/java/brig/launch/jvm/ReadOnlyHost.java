package brig.launch.jvm;

import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.Stat;
import brig.tree.Change;
import brig.tree.MountPlan;
import brig.tree.MountPlan.Mount;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * What a program of Brig's own sees of the host before it goes in: what a virtual machine is made
 * of and reads while it starts (the JDK, libraries, /etc, the class path, /proc, four devices) and
 * what the program asks for beside it, each at the host's path, read-only, in a mount namespace of
 * its own.
 */
public final class ReadOnlyHost {
  /** The place of its devices; they are of use only when it is laid over itself. */
  public static final String DEVICES = "/dev";

  /** Of the top of the host; what is a link there is one here. */
  private static final List<String> SYSTEM =
      List.of("usr", "lib", "lib32", "lib64", "libx32", "bin", "sbin", "etc", "opt", "nix", "proc");

  /** What lies there. */
  public static final List<String> NODES = List.of("null", "zero", "random", "urandom");

  private final TreeMap<String, Change> made = new TreeMap<>();
  private final List<Mount> mounts = new ArrayList<>();

  private ReadOnlyHost() {}

  /**
   * Works it out.
   *
   * @param places what is needed beside the system's own directories
   */
  public static MountPlan of(List<HostPlace> places) throws LinuxException {
    return of(places, List.of());
  }

  /**
   * The same, with places that the host does not have.
   *
   * @param added below none of the host's
   */
  public static MountPlan of(List<HostPlace> places, List<Change> added) throws LinuxException {
    ReadOnlyHost host = new ReadOnlyHost();
    host.directory("/");
    host.system();
    host.devices();
    for (Change change : added) {
      host.made.put(change.path(), change);
    }
    for (HostPlace place : places) {
      host.add(place);
    }
    return new MountPlan(List.copyOf(host.made.values()), host.mounts);
  }

  private void directory(String path) {
    made.putIfAbsent(path, new Change.MakeDirectory(path, 0755, 0, 0));
  }

  private void system() throws LinuxException {
    try (Fd top = Fd.open("/", Fd.O_RDONLY | Fd.O_DIRECTORY)) {
      for (String name : SYSTEM) {
        Stat stat = top.statAt(name);
        String path = "/" + name;
        if (stat == null) {
          continue;
        }
        if (stat.isLink()) {
          made.put(path, new Change.MakeLink(path, top.readLinkAt(name)));
        } else if (stat.isDirectory()) {
          mounts.add(new Mount(path, path, stat.device(), stat.inode(), true));
        }
      }
    }
  }

  private void devices() throws LinuxException {
    directory(DEVICES);
    for (String name : NODES) {
      String path = DEVICES + "/" + name;
      Stat stat = Stat.of(path);
      if (stat != null && stat.type() == Stat.S_IFCHR) {
        int major = (int) (stat.special() >>> 32);
        made.put(path, new Change.MakeDevice(path, false, major, (int) stat.special(), 0666));
      }
    }
  }

  private void add(HostPlace place) {
    for (Mount mount : mounts) {
      if (place.isBelow(mount.path())) {
        return;
      }
    }
    String path = place.path();
    for (int end = path.indexOf('/', 1); end > 0; end = path.indexOf('/', end + 1)) {
      directory(path.substring(0, end));
    }
    // A place that was added lies below this one: what is above it must not be both made and
    // mounted.
    mounts.removeIf(mount -> mount.path().startsWith(path + "/"));
    made.keySet().removeIf(name -> name.equals(path) || name.startsWith(path + "/"));
    mounts.add(new Mount(path, path, place.device(), place.inode(), place.directory()));
  }
}
