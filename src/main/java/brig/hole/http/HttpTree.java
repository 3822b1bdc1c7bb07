package brig.hole.http;

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
 * What the process sees while its virtual machine starts: system directories, the JDK and the class
 * path, read-only at the host's paths, in a mount namespace of its own; and {@link #JAIL}, which
 * becomes its root and holds the hole's socket and nothing else.
 */
final class HttpTree {
  static final String JAIL = "/jail";
  static final String SOCKET = "/socket";

  private static final List<String> SYSTEM =
      List.of("usr", "lib", "lib32", "lib64", "libx32", "bin", "sbin", "etc", "opt", "nix", "proc");
  private static final List<String> DEVICES = List.of("null", "zero", "random", "urandom");

  private final TreeMap<String, Change> made = new TreeMap<>();
  private final List<Mount> mounts = new ArrayList<>();

  private HttpTree() {}

  /**
   * Works it out; the hole's socket is to be laid over its place.
   *
   * @param places what the virtual machine needs beside the system's own directories
   */
  static MountPlan of(List<String> places) throws LinuxException {
    HttpTree tree = new HttpTree();
    tree.directory("/");
    tree.directory("/dev");
    tree.directory(JAIL);
    try (Fd top = Fd.open("/", Fd.O_RDONLY | Fd.O_DIRECTORY)) {
      for (String name : SYSTEM) {
        Stat stat = top.statAt(name);
        if (stat != null && stat.isLink()) {
          tree.made.put("/" + name, new Change.MakeLink("/" + name, top.readLinkAt(name)));
        } else if (stat != null && stat.isDirectory()) {
          tree.mount("/" + name, stat);
        }
      }
    }
    for (String name : DEVICES) {
      tree.device("/dev/" + name);
    }
    for (String place : places) {
      tree.add(place);
    }
    tree.made.put(JAIL + SOCKET, new Change.MakeMountPoint(JAIL + SOCKET, false));
    return new MountPlan(List.copyOf(tree.made.values()), tree.mounts);
  }

  /** The path of a place without links on the way. */
  static String real(String place) throws LinuxException {
    try (Fd fd = Fd.open(place, Fd.O_PATH)) {
      return Fd.readLink("/proc/self/fd/" + fd.number());
    }
  }

  private void directory(String path) {
    made.put(path, new Change.MakeDirectory(path, 0755, 0, 0));
  }

  private void mount(String path, Stat stat) {
    mounts.add(new Mount(path, path, stat.device(), stat.inode(), stat.isDirectory()));
  }

  private void device(String path) throws LinuxException {
    Stat stat = Stat.of(path);
    if (stat != null && stat.type() == Stat.S_IFCHR) {
      int major = (int) (stat.special() >>> 32);
      made.put(path, new Change.MakeDevice(path, false, major, (int) stat.special(), 0666));
    }
  }

  private void add(String place) throws LinuxException {
    try (Fd fd = Fd.open(place, Fd.O_PATH)) {
      String path = Fd.readLink("/proc/self/fd/" + fd.number());
      for (Mount mount : mounts) {
        if (path.equals(mount.path()) || path.startsWith(mount.path() + "/")) {
          return;
        }
      }
      mounts.removeIf(mount -> mount.path().startsWith(path + "/"));
      for (int end = path.indexOf('/', 1); end > 0; end = path.indexOf('/', end + 1)) {
        directory(path.substring(0, end));
      }
      made.keySet().removeIf(name -> name.equals(path) || name.startsWith(path + "/"));
      mount(path, fd.stat());
    }
  }
}
