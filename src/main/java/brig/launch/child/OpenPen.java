package brig.launch.child;

import brig.linux.ChildCalls;
import brig.linux.LinuxException;
import brig.linux.Pidfd;

/**
 * Neither a cgroup nor a namespace can be made: the child's tree is found by walking it. Orphans
 * come to this process, which is their subreaper (PR_SET_CHILD_SUBREAPER of prctl(2)), also those
 * that made a session of their own; whose child they were once cannot be told any more, so those of
 * the same user are ended with the first child of that user that ends.
 */
final class OpenPen implements Pen {
  private final Descendants descendants;
  private final int uid;

  /**
   * For a child.
   *
   * @param uid who it is
   */
  OpenPen(Descendants descendants, int uid) {
    this.descendants = descendants;
    this.uid = uid;
  }

  @Override
  public Pidfd bear(ChildCalls calls) throws LinuxException {
    return descendants.bear(calls);
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
