package brig.audit;

import brig.linux.Errno;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.ProcessStatus;
import brig.linux.Stat;
import brig.linux.ThreadStatus;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A process whose root is the jail.
 *
 * @param program the path of what it runs, as the jail has it where it can be told
 * @param generation the generation whose tree is its root; 0 for a jail without generations
 * @param root its root's inode
 * @param ownMounts it is in another mount namespace than this process
 */
public record JailedProcess(
    int pid,
    String name,
    String program,
    ThreadStatus status,
    int generation,
    Stat root,
    boolean ownMounts) {

  /** Directories above each other, at most: more than any path can name. */
  private static final int MOST_STEPS = 10_000;

  /** {@code process 12 (nginx)}. */
  public String text() {
    return "process " + pid + " (" + name + ")";
  }

  public int uid() {
    return status.uids().get(1);
  }

  /** What a descriptor is open on. */
  public record Open(int number, Stat stat, String link) {}

  /** Its open descriptors; those that are closed meanwhile are left out. */
  public List<Open> descriptors() throws LinuxException {
    List<Open> open = new ArrayList<>();
    String directory = "/proc/" + pid + "/fd";
    try (Fd fds = Fd.open(directory, Fd.O_RDONLY | Fd.O_DIRECTORY)) {
      for (String number : fds.list()) {
        try {
          Stat stat = Stat.of(directory + "/" + number);
          if (stat != null) {
            String link = Fd.readLink(directory + "/" + number);
            open.add(new Open(Integer.parseInt(number), stat, link));
          }
        } catch (LinuxException e) {
          if (e.errno() != Errno.ENOENT) {
            throw e;
          }
        }
      }
    }
    return open;
  }

  /**
   * Whether a directory of the process ({@code cwd}, {@code fd/3}) is its root or below it: found
   * by going up from it, which names cannot deceive. Null when it is gone.
   */
  public @Nullable Boolean isInside(String which) throws LinuxException {
    Fd at;
    try {
      at = Fd.open("/proc/" + pid + "/" + which, Fd.O_PATH | Fd.O_DIRECTORY);
    } catch (LinuxException e) {
      if (e.errno() == Errno.ENOENT || e.errno() == Errno.ESRCH) {
        return null;
      }
      throw e;
    }
    Stat stat = at.stat();
    try {
      for (int step = 0; step < MOST_STEPS; step++) {
        if (same(stat, root)) {
          return true;
        }
        Fd up = at.openAt("..", Fd.O_PATH | Fd.O_DIRECTORY, 0, 0);
        at.close();
        at = Fd.of(up.number(), "");
        Stat above = at.stat();
        if (same(above, stat)) {
          return false; // the top is above itself
        }
        stat = above;
      }
      return false;
    } finally {
      at.close();
    }
  }

  /** The calling thread's, which is another than the process's when it opened a jail's volume. */
  private static long myMounts() throws LinuxException {
    Stat stat = Stat.of("/proc/thread-self/ns/mnt");
    return stat == null ? 0 : stat.inode();
  }

  static boolean same(Stat a, Stat b) {
    return a.inode() == b.inode() && a.device() == b.device();
  }

  /** Null when it ended meanwhile. */
  static @Nullable JailedProcess of(int pid, Stat root, int generation, String jail)
      throws LinuxException {
    ProcessStatus process = ProcessStatus.of(pid);
    if (process == null || process.ended()) {
      return null;
    }
    try (Fd file = ThreadStatus.open(pid)) {
      return new JailedProcess(
          pid,
          process.name(),
          program(pid, jail, process.name()),
          ThreadStatus.read(file),
          generation,
          root,
          ProcessStatus.namespace(pid, "mnt") != myMounts());
    } catch (LinuxException e) {
      if (e.errno() == Errno.ENOENT || e.errno() == Errno.ESRCH) {
        return null;
      }
      throw e;
    }
  }

  /** The kernel tells the path as we would see it: with the jail's own in front. */
  private static String program(int pid, String jail, String name) throws LinuxException {
    String path;
    try {
      path = Fd.readLink("/proc/" + pid + "/exe");
    } catch (LinuxException e) {
      return name;
    }
    return path.startsWith(jail + "/") ? path.substring(jail.length()) : path;
  }
}
