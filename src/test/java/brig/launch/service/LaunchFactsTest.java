package brig.launch.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import brig.plan.Plan;
import brig.report.BrigException;
import brig.spec.JailSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LaunchFactsTest {
  @TempDir Path dir;

  @Test
  void theyAreReadAsTheyWereWritten() throws Exception {
    LaunchFacts facts =
        new LaunchFacts(
            new Plan.ServiceIds(33, 34, List.of(4, 5)),
            "/var/www",
            List.of(
                new LaunchFacts.Place("/var/with\ttab\\and\nnewline", false, 0750, 33, 34, 0),
                new LaunchFacts.Place("/tmp", true, 01777, 0, 0, 1 << 20)),
            List.of("/dev/null"),
            List.of(new JailSpec.MountedPath("/run/pg", "/var/run/pg\uDC80")),
            "/opt/app/bin");
    Files.write(dir.resolve(LaunchFacts.FILE), facts.bytes());
    assertThat(LaunchFacts.read(dir.toString())).isEqualTo(facts);
  }

  @Test
  void noneAreNullAndNonsenseIsRefused() throws Exception {
    assertThat(LaunchFacts.read(dir.toString())).isNull();
    for (String text : new String[] {"", "service\t1\n", "nonsense\n", "device\t\\", "home\t/\n"}) {
      Files.writeString(dir.resolve("launch"), text);
      assertThatThrownBy(() -> LaunchFacts.read(dir.toString()))
          .isInstanceOf(BrigException.class)
          .hasMessageStartingWith("cannot make sense of " + dir + "/launch");
    }
  }
}
