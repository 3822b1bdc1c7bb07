package brig.cli.unit;

import static org.assertj.core.api.Assertions.assertThat;

import brig.cli.Installation;
import brig.export.InitScript;
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
