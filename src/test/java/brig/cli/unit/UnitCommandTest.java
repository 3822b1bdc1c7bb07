package brig.cli.unit;

import static org.assertj.core.api.Assertions.assertThat;

import brig.cli.Installation;
import brig.export.InitScript;
import brig.launch.service.RunState;
import brig.launch.service.Running;
import brig.linux.ProcessStatus;
import brig.spec.JailfileReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Units of recipes, held against systemd's own judgement, and the init script at work. */
@Tag("service")
class UnitCommandTest {
  private static final Pattern EXPOSURE = Pattern.compile("exposure level for [^:]*: ([0-9.]+)");

  private Installation machine;

  @BeforeEach
  void install() throws Exception {
    machine = new Installation();
  }

  @AfterEach
  void endAll() throws Exception {
    machine.close();
  }

  @ParameterizedTest
  @CsvSource({"nginx, 1.5", "redis, 1.5", "apache, 1.5"})
  void systemdFindsNothingWrongWithAUnitAndLittleExposed(String recipe, double most)
      throws Exception {
    machine.recipe(recipe);
    Path units = Files.createDirectories(machine.home().resolve("units"));
    Installation.Result written = machine.brig("unit", "--write", units.toString(), recipe);
    assertThat(written.status()).as(written.output()).isZero();
    String unit = units + "/brig-" + recipe + ".service";

    Installation.Result verified = machine.run(List.of("systemd-analyze", "verify", unit));
    assertThat(verified.output()).isEmpty();
    assertThat(verified.status()).isZero();
    Installation.Result scored =
        machine.run(List.of("systemd-analyze", "security", "--offline=true", "--no-pager", unit));
    Matcher level = EXPOSURE.matcher(scored.output());
    assertThat(level.find()).as(scored.output()).isTrue();
    assertThat(Double.parseDouble(level.group(1))).as(scored.output()).isLessThan(most);
    assertThat(Files.readString(Path.of(unit)))
        .contains("RootDirectory=" + machine.paths().current(recipe) + "/root\n")
        .contains("NoNewPrivileges=yes\n");
  }

  @Test
  void apachesUnitBeginsAsItsUserUnlessThereIsAFileThatItMayNotRead() throws Exception {
    machine.recipe("apache");
    String unit = machine.brig("unit", "apache").output();
    assertThat(unit)
        .contains("\nUser=33\nGroup=33\n")
        .contains("\nCapabilityBoundingSet=CAP_NET_BIND_SERVICE\n")
        .contains("\nAmbientCapabilities=CAP_NET_BIND_SERVICE\n")
        .contains("\nTemporaryFileSystem=/run/apache2:mode=755,uid=33,gid=33,")
        .contains("\nBindPaths=/var/log/brig-apache/apache2:/var/log/apache2\n")
        .contains("\nLogsDirectory=brig-apache/apache2\nLogsDirectoryMode=0750\n")
        .doesNotContain("SecureBits", "begins as root");

    Path key = Files.writeString(machine.home().resolve("site.key"), "secret\n");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    Path jailfile = Path.of(machine.paths().jailfile("apache"));
    String recipe = Files.readString(jailfile);
    Files.writeString(
        jailfile,
        recipe.replace(
            "\n[files]\n", "\n[files]\nmap = { \"/etc/site.key\" = \"" + key + "\" }\n"));
    assertThat(machine.brig("unit", "apache").output())
        .contains("brig: brig-apache begins as root: its user may not read /etc/site.key")
        .contains("\nUser=0\n");
  }

  /** With what its unit gives it: the same user, capability, places and owners. */
  @Test
  void apacheServesAsItsUserFromTheStart() throws Exception {
    String recipe = Files.readString(Path.of("recipes/apache.toml"));
    String without =
        recipe.replaceFirst("(?s)start_as_root = true\ncapabilities = \\[.*?\n\\]", "");
    String jailfile =
        without
            .replace("owner = \"root\", mode", "mode")
            .replace("\nuser = ", "\ncapabilities = [\"CAP_NET_BIND_SERVICE\"]\nuser = ");
    assertThat(without).isNotEqualTo(recipe).doesNotContain("CAP_");
    machine.jailfile("apache", jailfile);
    RunState state = machine.startService("apache");
    for (ProcessStatus process : Running.members(state)) {
      assertThat(process.uid()).isEqualTo(33);
    }
    assertThat(machine.get("/")).startsWith("HTTP/1.1 200 OK").contains("Apache2");
    Path log = Path.of(machine.paths().writable("apache"), "var/log/apache2/access.log");
    assertThat(Files.readString(log)).contains("GET / HTTP/1.1");
    assertThat(machine.brig("stop", "apache").status()).isZero();
  }

  @Test
  void whatOnlyBrigCanPutTogetherHasNoUnit() throws Exception {
    machine.jailfile("www", "mode = \"bind\"\ncommand = [\"/bin/true\"]\nuser = \"nobody\"\n");
    Installation.Result refused = machine.brig("unit", "www");
    assertThat(refused.status()).isEqualTo(100);
    assertThat(refused.output())
        .contains("there is no unit for www that does without Brig: its root is put together");
  }

  @Test
  void theInitScriptStartsTellsAndStops() throws Exception {
    machine.jailfile(
        "nap", "command = [\"/bin/busybox\", \"sleep\", \"1000\"]\nuser = \"nobody\"\n");
    Path brig = machine.home().resolve("brig's own");
    Files.writeString(
        brig,
        "#!/bin/sh\nexec '"
            + System.getProperty("java.home")
            + "/bin/java' --enable-native-access=ALL-UNNAMED -cp '"
            + System.getProperty("java.class.path")
            + "' -Dbrig.home='"
            + Path.of("").toAbsolutePath()
            + "' brig.cli.Main \"$@\"\n");
    Files.setPosixFilePermissions(brig, PosixFilePermissions.fromString("rwxr-xr-x"));
    byte[] jailfile = Files.readAllBytes(Path.of(machine.paths().jailfile("nap")));
    Path script = machine.home().resolve("brig-nap");
    Files.writeString(
        script,
        InitScript.of(JailfileReader.read("nap", "nap.toml", jailfile), brig.toString(), "nap"),
        StandardCharsets.UTF_8);
    String path = script.toString();

    assertThat(machine.run(List.of("sh", "-n", path)).output()).isEmpty();
    assertThat(machine.run(List.of("shellcheck", "-s", "sh", path)).output()).isEmpty();
    assertThat(machine.run(List.of("sh", path, "status")).status()).isEqualTo(3);
    Installation.Result started = machine.run(List.of("sh", path, "start"));
    assertThat(started.status()).as(started.output()).isZero();
    assertThat(machine.run(List.of("sh", path, "start")).status()).isZero();
    assertThat(machine.run(List.of("sh", path, "status")).status()).isZero();
    Installation.Result again = machine.run(List.of("sh", path, "restart"));
    assertThat(again.output()).contains("nap: killed").contains("nap: running, pid ");
    assertThat(machine.run(List.of("sh", path, "stop")).status()).isZero();
    assertThat(machine.run(List.of("sh", path, "status")).status()).isEqualTo(3);
    assertThat(machine.run(List.of("sh", path, "dance")).status()).isEqualTo(2);
  }
}
