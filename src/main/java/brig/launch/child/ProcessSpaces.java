package brig.launch.child;

import brig.linux.Errno;
import brig.linux.Fd;
import brig.linux.LinuxException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** The namespaces of processes of one runner, where no cgroup can be made. */
final class ProcessSpaces implements Pens {
  private final Fd nothing;
  private final Deque<SpacePen> free = new ArrayDeque<>();
  private int made;

  private ProcessSpaces(Fd nothing) {
    this.nothing = nothing;
  }

  /**
   * Tries one.
   *
   * @param nothing /dev/null, which is to stay open
   * @return null when none can be made here
   */
  static @Nullable ProcessSpaces open(Fd nothing) throws LinuxException {
    ProcessSpaces spaces = new ProcessSpaces(nothing);
    try {
      spaces.giveBack(spaces.take());
      return spaces;
    } catch (LinuxException e) {
      if (e.errno() == Errno.EMFILE || e.errno() == Errno.ENFILE || e.errno() == Errno.ENOMEM) {
        throw e;
      }
      return null; // no CAP_SYS_ADMIN, a limit of user namespaces, no cat, an old kernel
    }
  }

  @Override
  public SpacePen take(ChildOrder order) throws LinuxException {
    return take();
  }

  private synchronized SpacePen take() throws LinuxException {
    SpacePen pen = free.poll();
    if (pen == null) {
      pen = SpacePen.open(nothing);
      made++;
    }
    return pen;
  }

  @Override
  public synchronized void giveBack(Pen pen) throws LinuxException {
    if (pen instanceof SpacePen space && space.isUsable()) {
      free.push(space);
    } else {
      made--;
      pen.remove();
    }
  }

  @Override
  public synchronized int count() {
    return made;
  }

  @Override
  public synchronized void close() throws LinuxException {
    while (!free.isEmpty()) {
      free.pop().remove();
      made--;
    }
  }
}
