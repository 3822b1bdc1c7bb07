package brig.linux;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A program of the host that runs while something else goes on: it can be waited for, and ended. It
 * leads a session of its own, has /dev/null as its input, and writes to a file.
 */
public final class ChildProgram implements AutoCloseable {
  private final Pidfd process;
  private Pidfd.@Nullable Ending ending;

  private ChildProgram(Pidfd process) {
    this.process = process;
  }

  /**
   * Starts one.
   *
   * @param argv its path first
   * @param output where 1 and 2 go
   * @param networkOf its network is that of this process; 0: this process's own
   */
  public static ChildProgram start(
      List<String> argv, Map<String, String> environment, Fd output, int networkOf)
      throws LinuxException {
    Program program = new Program(argv, environment, true);
    int pid =
        OwnThread.run(
            "child-program",
            () -> {
              if (networkOf != 0) {
                Namespaces.enterNetworkOf(networkOf);
              }
              try (Fd input = Fd.open("/dev/null", Fd.O_RDONLY)) {
                Descriptors.keepStandardOnly();
                Descriptors.arrange(input, output, List.of());
                return program.spawn();
              }
            });
    Pidfd process = Pidfd.open(pid);
    if (process == null) {
      throw new IllegalStateException("a child of our own has no entry: " + pid);
    }
    return new ChildProgram(process);
  }

  /**
   * Starts one that writes where this process does.
   *
   * @param handedIn become its descriptors 3, 4, ...
   * @return its pid; it is the caller's to reap
   */
  public static int handed(
      List<String> argv, Map<String, String> environment, List<Integer> handedIn)
      throws LinuxException {
    Program program = new Program(argv, environment, true);
    return OwnThread.run(
        "child-program",
        () -> {
          try (Fd input = Fd.open("/dev/null", Fd.O_RDONLY)) {
            Descriptors.keepStandardOnly();
            Descriptors.arrange(input, null, handedIn);
            return program.spawn();
          }
        });
  }

  /**
   * Waits for its end.
   *
   * @return null when it still runs
   */
  public Pidfd.@Nullable Ending await(long millis) throws LinuxException {
    if (ending == null && process.awaitEnd(millis)) {
      ending = process.reap();
    }
    return ending;
  }

  /** Ends it, and all that it started and left in its session's first group. */
  @Override
  public void close() throws LinuxException {
    if (ending == null) {
      ProcessKernel.kill(-process.pid(), Signal.SIGKILL);
      process.signal(Signal.SIGKILL);
      ending = process.reap();
    }
    process.close();
  }
}
