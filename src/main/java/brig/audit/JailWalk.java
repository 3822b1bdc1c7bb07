package brig.audit;

import brig.linux.DirectoryReader;
import brig.linux.Errno;
import brig.linux.Fd;
import brig.linux.FileSystemType;
import brig.linux.LinuxException;
import brig.linux.Stat;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Goes through a tree that somebody hostile may be changing. Every name is opened relative to the
 * descriptor of its directory, links are never followed, and nothing but directories and, by the
 * rules, regular files is opened for reading, so that no FIFO and no device is touched. Directories
 * are read a buffer at a time and at most {@link #MOST_OPEN} are open at once: the memory that it
 * takes grows with the depth alone. File systems of the kernel's own data are not entered, nor
 * those that another machine or process answers for.
 */
final class JailWalk {
  /** Room for deep trees under the usual limit of 1024 descriptors. */
  private static final int MOST_OPEN = 128;

  private static final int LIST = Fd.O_RDONLY | Fd.O_DIRECTORY | Fd.O_NOFOLLOW;

  /** What is done with each thing. */
  interface Visitor {
    /** Looks at it, and says what is known of it. */
    Node visit(@Nullable Node parent, String name, Fd place, Stat stat);
  }

  private static final class Frame {
    final Node node;
    final DirectoryReader reader = new DirectoryReader();
    @Nullable Fd open;

    Frame(Node node, Fd open) {
      this.node = node;
      this.open = open;
    }
  }

  private final Fd top;
  private final Visitor visitor;
  private final NotSeen notSeen;
  private final List<Frame> stack = new ArrayList<>();

  /** The stack's first frame that may be open; those below it but the first are closed. */
  private int firstOpen;

  private JailWalk(Fd top, Visitor visitor, NotSeen notSeen) {
    this.top = top;
    this.visitor = visitor;
    this.notSeen = notSeen;
  }

  /**
   * Visits a directory and all below it.
   *
   * @param top O_PATH is enough; it stays open
   * @param path what the directory is called
   */
  static void walk(Fd top, String path, Visitor visitor, NotSeen notSeen) throws LinuxException {
    JailWalk walk = new JailWalk(top, visitor, notSeen);
    Node node = visitor.visit(null, path, top, top.stat());
    node.leave();
    try {
      walk.push(node, top);
      walk.run();
    } finally {
      for (Frame frame : walk.stack) {
        if (frame.open != null) {
          frame.open.close();
        }
      }
    }
  }

  private void run() {
    while (!stack.isEmpty()) {
      Frame frame = stack.getLast();
      Fd directory = frame.open;
      String name = null;
      try {
        name = directory == null ? null : frame.reader.next(directory);
      } catch (LinuxException e) {
        notSeen.add(frame.node.path(), e);
      }
      if (name == null || directory == null) {
        pop();
      } else {
        visit(frame, directory, name);
      }
    }
  }

  private void visit(Frame frame, Fd directory, String name) {
    try (Fd place =
        directory.openAt(name, Fd.O_PATH | Fd.O_NOFOLLOW, 0, Fd.RESOLVE_NO_MAGICLINKS)) {
      Stat stat = place.stat();
      Node node = visitor.visit(frame.node, name, place, stat);
      if (stat.isDirectory() && isToEnter(node, frame.node, place)) {
        push(node, place);
      }
      node.leave();
    } catch (LinuxException e) {
      if (e.errno() != Errno.ENOENT) { // gone since it was listed
        notSeen.add(child(frame.node, name), e);
      }
    }
  }

  private static String child(Node directory, String name) {
    String path = directory.path();
    return path.equals("/") ? "/" + name : path + "/" + name;
  }

  private boolean isToEnter(Node node, Node parent, Fd place) throws LinuxException {
    if (node.stat().device() == parent.stat().device()) {
      return true;
    }
    int type = FileSystemType.of(place);
    String remote = FileSystemType.remote(type);
    if (remote != null) {
      notSeen.add(node.path(), "not entered: " + remote + " is answered for from elsewhere");
    }
    return remote == null && FileSystemType.pseudo(type) == null;
  }

  private void push(Node node, Fd place) throws LinuxException {
    stack.add(new Frame(node, list(place, ".")));
    if (stack.size() - firstOpen > MOST_OPEN) {
      close(stack.get(firstOpen));
      firstOpen++;
    }
  }

  private static Fd list(Fd directory, String name) throws LinuxException {
    Fd open;
    try {
      open = directory.openAt(name, LIST | Fd.O_NOATIME, 0, Fd.RESOLVE_NO_MAGICLINKS);
    } catch (LinuxException e) {
      if (e.errno() != Errno.EPERM) {
        throw e;
      }
      open = directory.openAt(name, LIST, 0, Fd.RESOLVE_NO_MAGICLINKS);
    }
    // A descriptor's own path is for messages, and would grow with the depth: nodes have theirs.
    return Fd.of(open.number(), "");
  }

  private static void close(Frame frame) {
    if (frame.open != null) {
      frame.open.close();
      frame.open = null;
      frame.reader.release();
    }
  }

  private void pop() {
    Frame done = stack.removeLast();
    if (!stack.isEmpty() && stack.size() == firstOpen) {
      firstOpen--;
      reopen(stack.getLast(), done);
    }
    close(done);
  }

  /** Opens a directory again, which must be the very same: from one in it, or from the top. */
  private void reopen(Frame frame, Frame child) {
    try {
      Fd up = child.open == null ? null : above(child.open, frame);
      Fd open = up == null ? fromTop(frame) : up;
      if (open == null) {
        notSeen.add(frame.node.path(), "moved while it was looked at");
        return;
      }
      frame.open = open;
      frame.reader.seek(open, frame.reader.cookie());
    } catch (LinuxException e) {
      notSeen.add(frame.node.path(), e);
    }
  }

  private static @Nullable Fd above(Fd child, Frame frame) throws LinuxException {
    return same(list(child, ".."), frame);
  }

  private @Nullable Fd fromTop(Frame frame) throws LinuxException {
    Fd at = top.openAt(".", Fd.O_PATH, 0, 0);
    for (Frame step : stack) {
      if (step != stack.getFirst()) {
        Fd next;
        try {
          next = at.openAt(step.node.name(), Fd.O_PATH | Fd.O_DIRECTORY | Fd.O_NOFOLLOW, 0, 0);
        } finally {
          at.close();
        }
        at = Fd.of(next.number(), "");
      }
    }
    try {
      return same(list(at, "."), frame);
    } finally {
      at.close();
    }
  }

  private static @Nullable Fd same(Fd open, Frame frame) throws LinuxException {
    Stat stat = open.stat();
    if (stat.inode() == frame.node.stat().inode() && stat.device() == frame.node.stat().device()) {
      return open;
    }
    open.close();
    return null;
  }
}
