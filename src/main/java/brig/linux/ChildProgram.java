package brig.linux;

import java.util.List;
import java.util.Map;

/**
 * A program of the host that runs beside this process, in a session of its own, with /dev/null as
 * its input.
 */
public final class ChildProgram {
  private ChildProgram() {}

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
}
