package brig.launch.child;

import brig.launch.child.ChildOrder.ChildLimits;
import brig.linux.ChildCalls;
import brig.linux.Fd;
import brig.linux.LinuxException;
import org.jspecify.annotations.Nullable;

/**
 * No cgroup can be made: the child's tree is found by walking it. Orphans come to this process,
 * which is their subreaper (PR_SET_CHILD_SUBREAPER of prctl(2)), also those that made a session of
 * their own; whose child they were once cannot be told any more, so those of the same user are
 * ended with the first child of that user that ends.
 */
final class OpenPen implements Pen {
  private final Descendants descendants;
  private int uid;

  OpenPen(Descendants descendants) {
    this.descendants = descendants;
  }

  /** Who the next child is. */
  void user(int uid) {
    this.uid = uid;
  }

  @Override
  public void limit(ChildLimits limits) {
    // resource limits, set by the child
  }

  @Override
  public boolean countsProcesses() {
    return false;
  }

  @Override
  public boolean countsMemory() {
    return false;
  }

  @Override
  public @Nullable Fd birthplace() {
    return null;
  }

  @Override
  public void join(ChildCalls calls) {
    // it is where this process is
  }

  @Override
  public void killAll(int first) throws LinuxException {
    descendants.kill(first, uid);
  }

  @Override
  public boolean empty(int first) throws LinuxException {
    return descendants.none(first, uid);
  }

  @Override
  public void remove() {
    // nothing was made
  }
}
