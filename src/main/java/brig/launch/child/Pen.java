package brig.launch.child;

import brig.launch.child.ChildOrder.ChildLimits;
import brig.linux.ChildCalls;
import brig.linux.Fd;
import brig.linux.LinuxException;
import org.jspecify.annotations.Nullable;

/** What holds a child together with all that it starts. */
sealed interface Pen permits CgroupPen, OpenPen {
  /** Makes it ready for another child. */
  void limit(ChildLimits limits) throws LinuxException;

  /** It counts processes; else RLIMIT_NPROC must do. */
  boolean countsProcesses();

  /** It counts the memory of all; else RLIMIT_AS of each must do. */
  boolean countsMemory();

  /** The version 2 cgroup that a child is born in. */
  @Nullable Fd birthplace();

  /** What the child itself must do to be in it. */
  void join(ChildCalls calls);

  /** Kills what is in it. */
  void killAll(int first) throws LinuxException;

  /** Nothing is in it but, perhaps, the caller. */
  boolean empty(int first) throws LinuxException;

  /** It is used no more. */
  void remove() throws LinuxException;
}
