package brig.learn;

import brig.learn.Outside.Found;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Compares what a directory shows inside with what it shows outside: what a service reads of a
 * listed directory it finds by the list alone, so nothing ever fails for want of it (a conf.d, for
 * one).
 */
final class Listings {
  private static final int FEW = 200;
  private static final long SMALL = 32L << 20;
  private static final int MANY = 5000;
  private static final long LARGE = 512L << 20;

  /** They hold everything: whoever lists one of these wants to know what the host has. */
  static final Set<String> BROAD =
      Set.of(
          "/",
          "/bin",
          "/boot",
          "/dev",
          "/etc",
          "/home",
          "/lib",
          "/lib32",
          "/lib64",
          "/media",
          "/mnt",
          "/opt",
          "/root",
          "/sbin",
          "/srv",
          "/usr",
          "/usr/bin",
          "/usr/games",
          "/usr/include",
          "/usr/lib",
          "/usr/lib32",
          "/usr/lib64",
          "/usr/libexec",
          "/usr/local",
          "/usr/local/bin",
          "/usr/local/lib",
          "/usr/local/sbin",
          "/usr/local/share",
          "/usr/sbin",
          "/usr/share",
          "/usr/src",
          "/var",
          "/var/cache",
          "/var/lib",
          "/var/log",
          "/var/spool");

  private final Judge judge;
  private final Outside outside;
  private final Zeal zeal;

  Listings(Judge judge, Zeal zeal) {
    this.judge = judge;
    this.outside = judge.hearing().outside();
    this.zeal = zeal;
  }

  void see(Asked one) {
    String directory = outside.plain(one.path());
    if (BROAD.contains(directory)
        || directory.endsWith("-linux-gnu")
        || judge.inside().place(directory) != null
        || judge.inside().mounted(directory)) {
      return;
    }
    Set<String> there = new TreeSet<>(outside.names(directory));
    boolean python = there.stream().anyMatch(name -> name.endsWith(".py"));
    there.removeAll(judge.inside().names(directory));
    there.remove("__pycache__");
    if (there.isEmpty() || (python && zeal != Zeal.LISTINGS)) {
      return; // python lists directories to look for one module: see Words
    }
    List<String> paths = new ArrayList<>();
    List<Found> files = new ArrayList<>();
    long bytes = 0;
    for (String name : there) {
      String path = directory + "/" + name;
      Found found = outside.find(path);
      if (found != null) {
        paths.add(path);
        files.add(found);
        bytes += found.isFile() ? found.stat().size() : 0;
      }
    }
    boolean all = zeal == Zeal.LISTINGS;
    if (paths.size() > (all ? MANY : FEW) || bytes > (all ? LARGE : SMALL)) {
      return;
    }
    for (int i = 0; i < paths.size(); i++) {
      judge.want(
          paths.get(i),
          files.get(i),
          one,
          "in " + directory + ", which " + one.by() + " lists (" + one.call() + ")");
    }
  }
}
