package brig.cli;

import static org.assertj.core.api.Assertions.assertThat;

import brig.linux.HostFiles;
import brig.tree.JailPaths;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The prison break in the jails of Debian's nginx and Apache by their recipes as these are, and in
 * a plain chroot of the same tree. In a network namespace of the test's: port 80 is free there.
 */
@Tag("service")
class BreakoutOfServicesTest {
  @TempDir(factory = WholePassTest.VarTmp.class)
  Path home;

  private JailPaths paths;
  private Process network;

  private record Result(int status, String output) {}

  @BeforeEach
  void makeNetwork() throws Exception {
    paths = JailPaths.of(Map.of("BRIG_HOME", home.toString()));
    Files.createDirectories(Path.of(paths.etc()));
    Files.setPosixFilePermissions(
        home, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
    network =
        new ProcessBuilder("unshare", "-n", "sh", "-c", "ip link set lo up; echo up; exec cat")
            .start();
    byte[] up = new byte[3];
    assertThat(network.getInputStream().readNBytes(up, 0, 3)).isEqualTo(3);
  }

  @AfterEach
  void endAll() throws Exception {
    for (String jail : JailNames.all(paths)) {
      brig("stop", jail);
    }
    network.destroyForcibly().waitFor();
    HostFiles.deleteTree(home + "/lib"); // JUnit warns of every link in it
    HostFiles.deleteTree(home + "/chroot");
  }

  private Result brig(String... arguments) throws Exception {
    List<String> line = new ArrayList<>();
    line.addAll(List.of("nsenter", "-n", "-t", String.valueOf(network.pid()), "--"));
    line.addAll(
        List.of(
            System.getProperty("java.home") + "/bin/java",
            "--enable-native-access=ALL-UNNAMED",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            "brig.cli.Main"));
    line.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
    builder.environment().put("BRIG_HOME", home.toString());
    Process process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Result(process.waitFor(), output);
  }

  private void runs(String jail) throws Exception {
    Files.copy(Path.of("recipes/" + jail + ".toml"), Path.of(paths.jailfile(jail)));
    Result started = brig("run", "-d", jail);
    assertThat(started.status()).as(started.output()).isZero();
  }

  private void assertAllHeld(String jail, String as, boolean compared) throws Exception {
    Result result = brig("breakout", jail, "--as", as, "-v");
    assertThat(result.output())
        .startsWith("prison break: " + jail + ", as " + as + "\n")
        .contains(compared ? "\n  just as process " : "\nID ")
        .doesNotContain("ESCAPED")
        .endsWith("\n32 held, 0 escaped.\n");
    assertThat(result.status()).isZero();
  }

  @Test
  void nginxIsHeldAndInAPlainChrootOfTheSameTreeRootIsNot() throws Exception {
    runs("nginx");
    assertAllHeld("nginx", "service", true);
    assertAllHeld("nginx", "root", false); // no process of nginx is root

    Path copy = home.resolve("chroot");
    Process cp =
        new ProcessBuilder("cp", "-a", paths.generation("nginx", 1) + "/root", copy.toString())
            .inheritIO()
            .start();
    assertThat(cp.waitFor()).isZero();
    Result plain = brig("breakout", "--root", copy.toString(), "--as", "0");
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
    assertThat(brig("status", "nginx").status()).as("it still runs").isZero();
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
    runs("apache");
    assertAllHeld("apache", "service", true);
    assertAllHeld("apache", "root", true);
  }
}
