package brig.launch.child;

import brig.linux.LinuxException;
import brig.linux.OwnThread;
import brig.report.BrigException;
import java.util.HashSet;
import java.util.Set;

/**
 * Children of this process that {@link Children} has not started. Where trees are walked they would
 * be taken for what a child has left behind, and ended.
 */
public final class OtherChildren {
  /** How a child is started. */
  @FunctionalInterface
  public interface Birth {
    int give() throws BrigException, LinuxException;
  }

  private final Set<Integer> pids = new HashSet<>();

  /**
   * Starts one.
   *
   * @param birth returns its pid
   */
  public synchronized int bear(Birth birth) throws BrigException, LinuxException {
    int pid = birth.give();
    pids.add(pid);
    return pid;
  }

  /** It has been asked how it ended: its number may become another's. */
  public synchronized void gone(int pid) {
    pids.remove(pid);
  }

  synchronized boolean contains(int pid) {
    return pids.contains(pid);
  }

  synchronized void whileNoneIsBorn(OwnThread.Task<Boolean> task) throws LinuxException {
    task.run();
  }
}
