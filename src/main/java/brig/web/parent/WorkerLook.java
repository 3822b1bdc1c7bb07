package brig.web.parent;

import brig.launch.jvm.HostPlace;
import brig.launch.jvm.ThreadsReadBack;
import brig.linux.Errno;
import brig.linux.Fd;
import brig.linux.HostFiles;
import brig.linux.LinuxException;
import brig.linux.Stat;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What the kernel tells of a worker, from outside, and whether it is as it should be. */
public final class WorkerLook {
  /**
   * One thing.
   *
   * @param found in words
   * @param good whether it is what a jailed worker has
   */
  public record Trait(String what, String found, boolean good) {}

  private final int pid;
  private final List<Trait> traits = new ArrayList<>();

  private WorkerLook(int pid) {
    this.pid = pid;
  }

  static List<Trait> at(int pid, Account account, HostPlace jail) throws LinuxException {
    WorkerLook look = new WorkerLook(pid);
    look.place("root", jail);
    look.place("cwd", jail);
    look.threads(account);
    look.descriptors(jail);
    look.mounts();
    return List.copyOf(look.traits);
  }

  private void place(String link, HostPlace jail) throws LinuxException {
    Stat stat = Stat.of("/proc/" + pid + "/" + link);
    boolean same = stat != null && stat.device() == jail.device() && stat.inode() == jail.inode();
    traits.add(
        new Trait(
            link.equals("cwd") ? "working directory" : link,
            Fd.readLink("/proc/" + pid + "/" + link),
            same));
  }

  private void threads(Account account) throws LinuxException {
    int count;
    try (Fd tasks = Fd.open("/proc/" + pid + "/task", Fd.O_RDONLY | Fd.O_DIRECTORY)) {
      count = tasks.list().size();
    }
    Set<String> other =
        ThreadsReadBack.differences(
            pid, account.uid(), account.gid(), account.groups(), WorkerLaunch.filters() + 1);
    String threads = count + " threads";
    if (!other.isEmpty()) {
      traits.add(new Trait(threads, String.join("; ", other), false));
      return;
    }
    String ids = "uid " + account.uid() + ", gid " + account.gid() + ", groups ";
    traits.add(new Trait(threads, ids + account.groups(), true));
    traits.add(
        new Trait(
            "each of them",
            "no capabilities, none to be had, no_new_privs 1, seccomp 2 ("
                + (WorkerLaunch.filters() + 1)
                + " filters)",
            true));
  }

  /** A directory that is open and lies outside would be a way, if Landlock were not there. */
  private void descriptors(HostPlace jail) throws LinuxException {
    List<String> outside = new ArrayList<>();
    int count = 0;
    String directory = "/proc/" + pid + "/fd";
    List<String> numbers;
    try (Fd open = Fd.open(directory, Fd.O_RDONLY | Fd.O_DIRECTORY)) {
      numbers = open.list();
    }
    for (String number : numbers) {
      try {
        Stat stat = Stat.of(directory + "/" + number);
        String path = Fd.readLink(directory + "/" + number);
        count++;
        boolean inside = path.equals(jail.path()) || path.startsWith(jail.path() + "/");
        if (stat != null && stat.isDirectory() && !inside) {
          outside.add(path);
        }
      } catch (LinuxException e) {
        if (e.errno() != Errno.ENOENT) {
          throw e;
        }
      }
    }
    traits.add(
        new Trait(
            "open descriptors",
            outside.isEmpty()
                ? count + ", no directory outside of the jail"
                : "directories outside: " + String.join(", ", outside),
            outside.isEmpty()));
  }

  /** Root's worker has mounts of its own, where nothing can be written but devices. */
  private void mounts() throws LinuxException {
    if (!Account.isRoot()) {
      return;
    }
    byte[] table = HostFiles.read("/proc/" + pid + "/mounts");
    int count = 0;
    List<String> writable = new ArrayList<>();
    for (String line : new String(table, StandardCharsets.ISO_8859_1).split("\n", -1)) {
      String[] fields = line.split(" ", -1);
      if (fields.length > 3) {
        count++;
        if (!fields[3].equals("ro") && !fields[3].startsWith("ro,")) {
          writable.add(fields[1]);
        }
      }
    }
    traits.add(
        new Trait(
            "mounts in its sight",
            writable.isEmpty()
                ? count + ", all read-only"
                : "writable: " + String.join(", ", writable),
            writable.isEmpty()));
  }
}
