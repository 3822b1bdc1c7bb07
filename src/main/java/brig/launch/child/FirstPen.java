package brig.launch.child;

import brig.linux.ChildCalls;
import brig.linux.LinuxException;
import brig.linux.Pidfd;

/**
 * The namespace of processes whose first process the child itself is. When that ends, however it
 * does, the kernel kills all others, and tells of its end when they are gone (pid_namespaces(7)).
 * Signals that it has no handler for are nothing to it when they come from inside.
 */
final class FirstPen implements Pen {
  @Override
  public Pidfd bear(ChildCalls calls) throws LinuxException {
    return calls.startFirst();
  }

  @Override
  public void killAll(int first) {
    // whoever asks for it has killed the first, or seen its end
  }

  @Override
  public boolean empty(int first) {
    return true;
  }

  @Override
  public void remove() {
    // nothing was made
  }
}
