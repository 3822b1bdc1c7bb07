package brig.cli.unit;

import static org.assertj.core.api.Assertions.assertThat;

import brig.cli.Installation;
import brig.export.InitScript;
import brig.export.MountUnit;
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
  @CsvSource({
    "nginx, copy, 1.5",
    "nginx, bind, 1.5",
    "redis, copy, 1.5",
    "apache, copy, 1.5",
    "bind-self, self, 3.0"
  })
  void systemdFindsNothingWrongWithAUnitAndLittleExposed(String recipe, String mode, double most)
      throws Exception {
    prepare(recipe, mode);
    Path units = write(recipe);
    Path unit = units.resolve("brig-" + recipe + ".service");
    verify(unit);
    Installation.Result scored =
        machine.run(
            List.of(
                "systemd-analyze", "security", "--offline=true", "--no-pager", unit.toString()));
    Matcher level = EXPOSURE.matcher(scored.output());
    assertThat(level.find()).as(scored.output()).isTrue();
    assertThat(Double.parseDouble(level.group(1))).as(scored.output()).isLessThan(most);
    assertThat(Files.readString(unit)).contains("NoNewPrivileges=yes\n");
    if (!mode.equals("self")) {
      // Of the jail, not of the host: systemd.exec(5), "InaccessiblePaths=", the plus sign.
      assertThat(Files.readString(unit))
          .contains("\nInaccessiblePaths=-+/proc -+/sys\n")
          .doesNotContainPattern("\nNoExecPaths=[^+]");
    }
    if (mode.equals("copy")) {
      String root = machine.paths().unitRoots(recipe) + "/current";
      assertThat(Files.readString(unit)).contains("RootDirectory=" + root + "\n");
      Path mount = units.resolve(MountUnit.nameOf(root));
      verify(mount);
      assertThat(Files.readString(mount))
          .contains("\nWhat=" + machine.paths().current(recipe) + "/root\n")
          .contains("\nPartOf=brig-" + recipe + ".service\n", "\nStopWhenUnneeded=yes\n");
    }
  }

  private void prepare(String recipe, String mode) throws Exception {
    String text = Files.readString(Path.of("recipes/" + recipe + ".toml"));
    if (mode.equals("bind")) {
      text = "mode = \"bind\"\n" + text;
    }
    if (mode.equals("self")) {
      Path chroot = machine.home().resolve("chroot");
      for (String place : List.of("var/lib/bind", "var/cache/bind")) {
        Files.createDirectories(chroot.resolve(place));
      }
      text = text.replace("/srv/bind", chroot.toString());
    }
    machine.jailfile(recipe, text);
  }

  private Path write(String jail) throws Exception {
    Path units = Files.createDirectories(machine.home().resolve("units"));
    Installation.Result written = machine.brig("unit", "--write", units.toString(), jail);
    assertThat(written.status()).as(written.output()).isZero();
    return units;
  }

  private void verify(Path unit) throws Exception {
    Installation.Result verified =
        machine.run(List.of("systemd-analyze", "verify", unit.toString()));
    assertThat(verified.output()).isEmpty();
    assertThat(verified.status()).isZero();
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
        .contains("\nLogsDirectory=brig-apache/apache2\n", "\nLogsDirectoryMode=0750\n")
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
  void aUnitOfAMountedJailHasAPlaceForAllThatItMounts() throws Exception {
    prepare("nginx", "bind");
    String unit = Files.readString(write("nginx").resolve("brig-nginx.service"));
    Path root = Path.of(machine.paths().unitRoots("nginx"), "1");
    assertThat(unit)
        .contains("RootDirectory=" + root + "\n")
        .contains("BindReadOnlyPaths=/usr/sbin/nginx:/usr/sbin/nginx\n");
    int mounts = 0;
    for (String line : unit.lines().filter(l -> l.startsWith("BindReadOnlyPaths=/")).toList()) {
      String[] pair = line.substring("BindReadOnlyPaths=".length()).split(":", 2);
      assertThat(Path.of(root + pair[1])).exists();
      assertThat(Files.isDirectory(Path.of(root + pair[1])))
          .as(line)
          .isEqualTo(Files.isDirectory(Path.of(pair[0])));
      mounts++;
    }
    assertThat(mounts).isGreaterThan(10);
    assertThat(root.resolve("etc/passwd")).content().contains("www-data").doesNotContain("games");
    assertThat(root.resolve("usr/sbin/nginx")).isEmptyFile();
    write("nginx"); // once more, over what is there
    assertThat(root.resolve("etc/passwd")).exists();
  }

  /** What systemd would mount, mounted by hand: the program finds all that it wants. */
  @Test
  void aProgramStartsInTheRootThatAUnitDescribes() throws Exception {
    prepare("nginx", "bind");
    String unit = Files.readString(write("nginx").resolve("brig-nginx.service"));
    StringBuilder script = new StringBuilder("set -e; mount --make-rprivate /;");
    String root = machine.paths().unitRoots("nginx") + "/1";
    for (String line : unit.lines().filter(l -> l.startsWith("BindReadOnlyPaths=/")).toList()) {
      String[] pair = line.substring("BindReadOnlyPaths=".length()).split(":", 2);
      script.append(" mount --rbind ").append(pair[0]).append(' ').append(root).append(pair[1]);
      script.append(';');
    }
    script.append(" exec chroot ").append(root).append(" /usr/sbin/nginx -V");
    Installation.Result ran =
        machine.run(List.of("unshare", "--mount", "sh", "-c", script.toString()));
    assertThat(ran.output()).contains("nginx version: nginx/");
    assertThat(ran.status()).isZero();
  }

  @Test
  void aLateJailsUnitStartsBrigAndSaysWhy() throws Exception {
    machine.jailfile(
        "www",
        "mode = \"late\"\nroot = \"/srv\"\ncommand = [\"/usr/sbin/nginx\"]\nuser = \"www-data\"\n"
            + "restart = \"on-failure\"\n");
    Path unit = write("www").resolve("brig-www.service");
    verify(unit);
    assertThat(Files.readString(unit))
        .contains("Brig starts it, and holds it as long as it runs:")
        .contains("\nExecStart=" + Path.of("").toAbsolutePath() + "/brig run www\n")
        .contains("\nRestart=on-failure\n");
  }

  @Test
  void aJailWithHolesHasAUnitForTheirListener() throws Exception {
    machine.recipe("hole-budget");
    String text = Files.readString(Path.of(machine.paths().jailfile("hole-budget")));
    for (String page : List.of("report.pl", "hole.pl")) {
      Path there = Files.writeString(machine.home().resolve(page), "#!/usr/bin/perl\n");
      text = text.replace("/srv/budget/" + page, there.toString());
    }
    machine.jailfile("hole-budget", text);
    Path listener = write("hole-budget").resolve("brig-hole-budget-holes.service");
    verify(listener);
    assertThat(Files.readString(listener))
        .contains("\nEnvironment=BRIG_HOME=" + machine.home() + "\n")
        .contains("\nExecStart=" + Path.of("").toAbsolutePath() + "/brig hole serve hole-budget\n")
        .contains("\nDelegate=yes\n", "\nBefore=brig-hole-budget.service\n");
    assertThat(Files.readString(listener.resolveSibling("brig-hole-budget.service")))
        .contains("\nWants=brig-hole-budget-holes.service\n");
  }

  @Test
  void aDaemonThatGoesInByItselfSeesTheHostReadOnlyUntilThen() throws Exception {
    prepare("bind-self", "self");
    String unit = Files.readString(write("bind-self").resolve("brig-bind-self.service"));
    String chroot = machine.home() + "/chroot";
    assertThat(unit)
        .doesNotContain("RootDirectory=")
        .contains("\nProtectSystem=strict\n", "\nTemporaryFileSystem=/run:ro,mode=755\n")
        .contains("\nInaccessiblePaths=-/boot\n")
        .contains("\nBindReadOnlyPaths=-/etc/bind:" + chroot + "/etc/bind\n")
        .contains("\nBindReadOnlyPaths=/dev/null:" + chroot + "/dev/null\n")
        .contains("\nBindPaths=" + chroot + "/var/lib/bind:" + chroot + "/var/lib/bind\n")
        .contains("\nSystemCallFilter=chroot\n", "\nSecureBits=noroot noroot-locked\n")
        .containsPattern("\nCapabilityBoundingSet=.*CAP_SYS_CHROOT");
    assertThat(Path.of(chroot, "etc/bind")).isDirectory();
  }

  @Test
  void aFileSystemOfTheJailsOwnIsMountedByAUnitOfItsOwn() throws Exception {
    machine.jailfile(
        "nap",
        "command = [\"/bin/busybox\", \"sleep\", \"1000\"]\nuser = \"nobody\"\n"
            + "filesystem = { size = \"32M\" }\n");
    Path units = write("nap");
    String where = machine.paths().jail("nap");
    Installation.Result name =
        machine.run(List.of("systemd-escape", "--path", "--suffix=mount", where));
    Path mount = units.resolve(name.output().strip());
    assertThat(mount).exists();
    verify(mount);
    assertThat(Files.readString(mount))
        .contains("\nWhat=" + machine.paths().image("nap") + "\n")
        .contains("\nWhere=" + where + "\n", "\nOptions=loop,nosuid,nodev\n");
    assertThat(Files.readString(units.resolve("brig-nap.service")))
        .contains("\nRequiresMountsFor=" + machine.paths().unitRoots("nap") + "/current\n");
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
        InitScript.of(JailfileReader.read("nap", "nap.toml", jailfile), brig.toString(), "nap", ""),
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
