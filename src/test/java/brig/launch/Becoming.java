package brig.launch;

import brig.launch.LaunchOrder.JailMount;
import brig.report.BrigException;
import brig.spec.JailSpec;
import java.util.List;
import java.util.Map;

/** A JVM of its own that becomes the service of a {@link TestJail}. */
final class Becoming {
  private Becoming() {}

  public static void main(String[] arguments) {
    String directory = arguments[0];
    try {
      Launcher.become(order(directory));
    } catch (BrigException e) {
      e.problems().forEach(problem -> System.out.println(problem.text()));
    }
  }

  static LaunchOrder order(String directory) {
    return new LaunchOrder(
        "test",
        directory + "/root",
        List.of("/bin/escapes", "pause"),
        Map.of(),
        "/",
        TestJail.USER,
        TestJail.USER,
        List.of(TestJail.USER),
        false,
        List.of(),
        027,
        Map.of("RLIMIT_NOFILE", 99L),
        new JailSpec.Namespaces(false, true, true),
        new JailSpec.Network(JailSpec.NetworkMode.HOST, null, null, List.of()),
        new JailSpec.SeccompPolicy(true, List.of(), List.of()),
        JailSpec.Landlock.REQUIRE,
        List.of(
            new JailMount.Temporary("/tmp", 01777, 0, 0, 1 << 20),
            new JailMount.OwnDevices("/dev"),
            new JailMount.Writable("/data", directory + "/data")),
        List.of(),
        directory + "/out.log",
        false,
        null);
  }
}
