package brig.launch.child;

import brig.linux.ChildCalls;
import brig.linux.LinuxException;
import brig.linux.Pidfd;
import brig.linux.Seccomp;

/**
 * Neither a cgroup nor a namespace can be made: the child's tree is found by walking it. Orphans
 * come to this process, which is their subreaper (PR_SET_CHILD_SUBREAPER of prctl(2)), and whose
 * child they were once is told by their session. Of those that made a session of their own it
 * cannot be told: they are ended with the first child of that user that ends. A child that must die
 * with this process cannot make one ({@link #filter}), so that the runner that comes after one
 * which was killed finds all of it by the number of its session.
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
  public Seccomp.Filter filter() {
    return descendants.filter();
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
