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
 * A process whose root is the jail, or a thread for which something else holds than for its
 * process: the kernel keeps credentials, root and filters for each (credentials(7)).
 *
 * @param tid the thread; the process's first one has the process's own number
 * @param program the path of what it runs, as the jail has it where it can be told
 * @param generation the generation whose tree is its root; 0 for a jail without generations
 * @param root its root's inode
 * @param ownMounts it is in another mount namespace than this process
 */
public record JailedProcess(
    int pid,
    int tid,
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
    return (tid == pid ? "" : "thread " + tid + " of ") + "process " + pid + " (" + name + ")";
  }

  private String proc() {
    return "/proc/" + pid + "/task/" + tid;
  }

  /** Whether a thread may, and stands where, the process's first one does. */
  boolean isAs(JailedProcess first) throws LinuxException {
    Boolean inside = isInside("cwd");
    return status.uids().equals(first.status.uids())
        && status.permitted() == first.status.permitted()
        && status.effective() == first.status.effective()
        && status.noNewPrivileges() == first.status.noNewPrivileges()
        && status.seccomp() == first.status.seccomp()
        && ownMounts == first.ownMounts
        && (inside == null || inside.equals(first.isInside("cwd")));
  }

  public int uid() {
    return status.uids().get(1);
  }

  /** What a descriptor is open on. */
  public record Open(int number, Stat stat, String link) {}

  /** Its open descriptors; those that are closed meanwhile are left out. */
  public List<Open> descriptors() throws LinuxException {
    List<Open> open = new ArrayList<>();
    String directory = proc() + "/fd";
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
      at = Fd.open(proc() + "/" + which, Fd.O_PATH | Fd.O_DIRECTORY);
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

  private static long mounts(int pid, int tid) throws LinuxException {
    Stat stat = Stat.of("/proc/" + pid + "/task/" + tid + "/ns/mnt");
    return stat == null ? 0 : stat.inode();
  }

  static boolean same(Stat a, Stat b) {
    return a.inode() == b.inode() && a.device() == b.device();
  }

  /** Null when it ended meanwhile. */
  static @Nullable JailedProcess of(int pid, int tid, Stat root, int generation, String jail)
      throws LinuxException {
    ProcessStatus process = ProcessStatus.of(pid);
    if (process == null || process.ended()) {
      return null;
    }
    try (Fd file = ThreadStatus.open(pid, tid)) {
      return new JailedProcess(
          pid,
          tid,
          process.name(),
          program(pid, jail, process.name()),
          ThreadStatus.read(file),
          generation,
          root,
          mounts(pid, tid) != myMounts());
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
