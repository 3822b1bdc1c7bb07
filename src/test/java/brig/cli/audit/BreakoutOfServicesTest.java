package brig.cli.audit;

import static org.assertj.core.api.Assertions.assertThat;

import brig.cli.Installation;
import brig.cli.Installation.Result;
import brig.tree.JailPaths;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The prison break in the jails of Debian's nginx and Apache by their recipes as these are, and in
 * a plain chroot of the same tree. In a network namespace of the test's: port 80 is free there.
 */
@Tag("service")
class BreakoutOfServicesTest {
  private Installation machine;
  private Path home;
  private JailPaths paths;

  @BeforeEach
  void install() throws Exception {
    machine = new Installation();
    home = machine.home();
    paths = machine.paths();
  }

  @AfterEach
  void endAll() throws Exception {
    machine.close();
  }

  private void assertAllHeld(String jail, String as, boolean compared) throws Exception {
    Result result = machine.brig("breakout", jail, "--as", as, "-v");
    assertThat(result.output())
        .startsWith("prison break: " + jail + ", as " + as + "\n")
        .contains(compared ? "\n  just as process " : "\nID ")
        .doesNotContain("ESCAPED")
        .endsWith("\n32 held, 0 escaped.\n");
    assertThat(result.status()).isZero();
  }

  @Test
  void nginxIsHeldAndInAPlainChrootOfTheSameTreeRootIsNot() throws Exception {
    machine.recipe("nginx");
    machine.startService("nginx");
    assertAllHeld("nginx", "service", true);
    assertAllHeld("nginx", "root", false); // no process of nginx is root

    Path copy = home.resolve("chroot");
    Process cp =
        new ProcessBuilder("cp", "-a", paths.generation("nginx", 1) + "/root", copy.toString())
            .inheritIO()
            .start();
    assertThat(cp.waitFor()).isZero();
    Result plain = machine.brig("breakout", "--root", copy.toString(), "--as", "0");
    assertThat(plain.status()).isEqualTo(1);
    List<String> escaped =
        plain
            .output()
            .lines()
            .filter(line -> line.contains(" ESCAPED "))
            .map(line -> line.substring(0, 3))
            .toList();
    assertThat(escaped)
        .as(plain.output())
        .contains("B01", "B02", "B03", "B04", "B05", "B07", "B08", "B10", "B11", "B12", "B13")
        .contains("B14", "B21", "B22");
    assertThat(machine.brig("status", "nginx").status()).as("it still runs").isZero();
    assertThat(copyIsClean(copy)).isTrue();
  }

  private boolean copyIsClean(Path copy) throws IOException {
    try (var inside = Files.list(copy);
        var beside = Files.list(home)) {
      return inside.noneMatch(path -> path.toString().contains("brig-breakout"))
          && beside.noneMatch(path -> path.toString().contains("brig-breakout"));
    }
  }

  @Test
  void apacheIsHeldAsRootItsMasterAndAsItsWorkers() throws Exception {
    machine.recipe("apache");
    machine.startService("apache");
    assertAllHeld("apache", "service", true);
    assertAllHeld("apache", "root", true);
  }
}
