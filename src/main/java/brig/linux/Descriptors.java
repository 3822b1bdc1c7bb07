package brig.linux;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The descriptors that an exec of the calling thread hands on. */
public final class Descriptors {
  private static final int CLOSE_RANGE_UNSHARE = 2;
  private static final int CLOSE_RANGE_CLOEXEC = 4;
  private static final int F_DUPFD_CLOEXEC = 1030;
  private static final int F_SETFD = 2;
  private static final int FIRST = 3;

  private Descriptors() {}

  /** Loads what these methods use: afterwards they open no file, not even for a class. */
  public static void load() throws ClassNotFoundException {
    Class.forName(Kernel.class.getName(), true, Descriptors.class.getClassLoader());
    Class.forName(JailKernel.class.getName(), true, Descriptors.class.getClassLoader());
  }

  /**
   * Gives this thread a table of its own in which nothing but 0, 1, 2 outlives an exec. The other
   * threads' table stays as it is, and here all stays open until the exec: the JVM reads classes
   * through some of them.
   */
  public static void keepStandardOnly() throws LinuxException {
    LinuxException.check(
        JailKernel.close_range(FIRST, -1, CLOSE_RANGE_UNSHARE | CLOSE_RANGE_CLOEXEC),
        "close_range",
        null);
  }

  /**
   * Closes a descriptor in this thread's own table; in the other threads' it stays open. A child is
   * born with a copy of the table, and what would wake others when it is closed must not be in it.
   */
  public static void closeHere(Fd fd) throws LinuxException {
    // Of the class that is at work here already: another could not be loaded by now.
    LinuxException.check(JailKernel.close(fd.number()), "close", fd.path());
  }

  /**
   * Puts descriptors where the program expects them. The thread's table must be its own: what the
   * JVM has at these numbers is lost to it.
   *
   * @param input becomes 0; null: 0 stays
   * @param output becomes 1 and 2; null: they stay
   * @param handedIn become 3, 4, ...
   */
  public static void arrange(@Nullable Fd input, @Nullable Fd output, List<Integer> handedIn)
      throws LinuxException {
    int free = FIRST + handedIn.size();
    int[] safe = new int[handedIn.size()];
    // First out of the way of each other's new numbers, then each to its own.
    for (int i = 0; i < safe.length; i++) {
      String name = "descriptor " + handedIn.get(i);
      safe[i] =
          (int)
              LinuxException.check(
                  JailKernel.fcntl(handedIn.get(i), F_DUPFD_CLOEXEC, free), "fcntl", name);
    }
    if (input != null) {
      duplicate(input.number(), 0);
    }
    if (output != null) {
      duplicate(output.number(), 1);
      duplicate(output.number(), 2);
    }
    for (int i = 0; i < safe.length; i++) {
      duplicate(safe[i], FIRST + i);
    }
  }

  /** Lets a descriptor of this process outlive an exec, as one that was carelessly opened does. */
  public static void outliveExec(Fd fd) throws LinuxException {
    LinuxException.check(JailKernel.fcntl(fd.number(), F_SETFD, 0), "fcntl", fd.path());
  }

  private static void duplicate(int from, int to) throws LinuxException {
    LinuxException.check(JailKernel.dup3(from, to, 0), "dup3", "descriptor " + from);
  }
}
