package brig.launch.child;

import brig.launch.child.ChildOrder.ChildLimits;
import brig.linux.ChildCalls;
import brig.linux.LinuxException;
import brig.linux.Pidfd;
import brig.linux.Seccomp;
import org.jspecify.annotations.Nullable;

/** What holds a child together with all that it starts. */
sealed interface Pen permits CgroupPen, SpacePen, FirstPen, OpenPen {
  /** Makes it ready for another child. */
  default void limit(ChildLimits limits) throws LinuxException {
    // RLIMIT_NPROC and RLIMIT_AS, set by the child
  }

  /** It counts processes; else RLIMIT_NPROC must do. */
  default boolean countsProcesses() {
    return false;
  }

  /** It counts the memory of all; else RLIMIT_AS of each must do. */
  default boolean countsMemory() {
    return false;
  }

  /** What the child itself must do to be in it. */
  default void join(ChildCalls calls) {
    // it is born there
  }

  /**
   * Without what the child's tree could not be found again, were this process killed; null: it is
   * found in any case.
   */
  default Seccomp.@Nullable Filter filter() {
    return null;
  }

  /** The child is born in it. */
  Pidfd bear(ChildCalls calls) throws LinuxException;

  /** Kills what is in it. */
  void killAll(int first) throws LinuxException;

  /** Nothing is in it; to be asked when the child itself has been reaped. */
  boolean empty(int first) throws LinuxException;

  /** It is used no more. */
  void remove() throws LinuxException;
}
