package brig.cli.service;

import static org.assertj.core.api.Assertions.assertThat;

import brig.cli.Installation;
import brig.cli.Installation.Result;
import brig.launch.service.RunState;
import brig.launch.service.Running;
import brig.linux.HostFiles;
import brig.linux.ProcessStatus;
import brig.linux.Stat;
import brig.tree.JailPaths;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Debian's nginx and Apache by their recipes, with mode = "bind": nothing of them is copied. */
@Tag("service")
class BindServiceTest {
  private static final String BIND = "mode = \"bind\"\n";

  private Installation machine;
  private JailPaths paths;

  @BeforeEach
  void install() throws Exception {
    machine = new Installation();
    paths = machine.paths();
  }

  @AfterEach
  void endAll() throws Exception {
    machine.close();
  }

  private RunState start(String recipe) throws Exception {
    machine.jailfile(recipe, BIND + Files.readString(Path.of("recipes/" + recipe + ".toml")));
    return machine.startService(recipe);
  }

  /** Each mount of the service: its place and its options. */
  private static List<String> mounts(RunState state) throws IOException {
    List<String> mounts = new ArrayList<>();
    String all =
        new String(HostFiles.read("/proc/" + state.pid() + "/mountinfo"), StandardCharsets.UTF_8);
    for (String line : all.split("\n", -1)) {
      String[] fields = line.split(" ", -1);
      if (fields.length > 5) {
        mounts.add(fields[4] + " " + fields[5]);
      }
    }
    return mounts;
  }

  private void assertAllHeld(String jail, String as) throws Exception {
    Result result = machine.brig("breakout", jail, "--as", as);
    assertThat(result.output()).doesNotContain("ESCAPED").endsWith("\n32 held, 0 escaped.\n");
    assertThat(result.status()).isZero();
  }

  private void awaitWorkers(RunState state) throws Exception {
    Instant deadline = Instant.now().plusSeconds(20);
    while (Instant.now().isBefore(deadline)) {
      List<ProcessStatus> workers = new ArrayList<>(Running.members(state));
      workers.removeIf(p -> p.pid() == state.pid());
      if (!workers.isEmpty() && workers.stream().allMatch(p -> p.uid() != 0)) {
        return;
      }
      Thread.sleep(10);
    }
    throw new AssertionError("no worker has given up root");
  }

  @Test
  void nginxServesFromTheHostsFilesAndEveryCommandKnowsTheJail() throws Exception {
    RunState state = start("nginx");
    assertThat(machine.get("/")).startsWith("HTTP/1.1 200 OK").contains("nginx");
    assertThat(Path.of(paths.generation("nginx", 1), "root")).isEmptyDirectory();
    assertThat(mounts(state))
        .contains("/ ro,nosuid,nodev,relatime", "/etc/nginx ro,nosuid,nodev,relatime")
        .contains("/usr/sbin/nginx ro,nosuid,nodev,relatime")
        .allMatch(
            mount ->
                mount.contains(" ro,nosuid,nodev")
                    || mount.contains(" ro,nosuid,noexec") // /dev
                    || mount.contains(" rw,nosuid,nodev,noexec"));
    assertThat(machine.brig("status", "--json", "nginx").output())
        .contains("\"root_verified\" : true", "\"replaced\" : [ ]");
    assertThat(machine.brig("build", "nginx").output())
        .isEqualTo("nginx: nothing changed (generation 1)\n");
    assertThat(machine.brig("sync", "nginx").output()).contains("nginx: nothing changed");
    assertThat(machine.brig("diff", "nginx").output()).contains("no difference");
    assertThat(machine.brig("list", "nginx").output()).contains("running");
    assertThat(machine.brig("why", "nginx", "/usr/sbin/nginx").output()).contains("nginx.toml");
    assertThat(machine.brig("shell", "nginx", "--with-busybox", "--", "touch", "/etc/x").output())
        .contains("Read-only file system");
    // Others' tests may run as www-data, too.
    Result audit = machine.brig("audit", "--skip", "shared-uid", "nginx");
    assertThat(audit.status()).as(audit.output()).isZero();
    assertThat(audit.output()).doesNotContain("medium", "high", "service-writable");
    assertAllHeld("nginx", "service");
    assertAllHeld("nginx", "root");
    assertThat(machine.brig("stop", "nginx").output()).startsWith("nginx: stopped by SIGQUIT");
    assertThat(machine.brig("remove", "--yes", "nginx").output()).contains("nginx: removed");
  }

  @Test
  void apacheServesAndIsHeldAsRootItsMasterAndAsItsWorkers() throws Exception {
    RunState state = start("apache");
    awaitWorkers(state);
    assertThat(machine.get("/")).startsWith("HTTP/1.1 200 OK").contains("Apache2");
    Result audit = machine.brig("audit", "apache");
    assertThat(audit.output()).as("as of a copy, but for what mounts hold").contains("processes");
    assertAllHeld("apache", "service");
    assertAllHeld("apache", "root");
  }

  /** A program of the test's, which an upgrade of the host replaces. */
  @Test
  void anUpgradeOfTheHostIsToldOfAndThereAtTheNextStart() throws Exception {
    Path program = machine.home().resolve("napper");
    Files.copy(Path.of("/usr/bin/sleep"), program);
    machine.jailfile(
        "napper",
        BIND
            + "command = [\"/usr/bin/napper\", \"600\"]\nuser = \"nobody\"\n"
            + "[files]\nmap = { \"/usr/bin/napper\" = \""
            + program
            + "\" }\n");
    machine.startService("napper");
    Path next = machine.home().resolve("napper.new");
    Files.copy(Path.of("/usr/bin/sleep"), next);
    Files.writeString(next, " ", java.nio.file.StandardOpenOption.APPEND);
    Files.setPosixFilePermissions(next, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.move(next, program, StandardCopyOption.REPLACE_EXISTING);
    assertThat(machine.brig("status", "napper").output())
        .contains("napper: it has replaced files in its memory: /usr/bin/napper")
        .contains("napper is stale: the host has changed: " + program);
    assertThat(machine.brig("diff", "napper").output())
        .contains("~ /usr/bin/napper: changed on the host");
    assertThat(machine.brig("stop", "napper").status()).isZero();
    Result again = machine.brig("run", "-d", "napper");
    assertThat(again.output())
        .contains("napper: generation 2: 1 change to generation 1, ")
        .contains("(the host changed)\n")
        .contains("napper: running, pid ");
    RunState state = RunState.read(paths.state("napper"));
    assertThat(state).isNotNull();
    Stat running = Stat.of("/proc/" + state.pid() + "/exe");
    Stat now = Stat.of(program.toString());
    assertThat(running).isNotNull().isEqualTo(now);
    assertThat(machine.brig("status", "napper").output()).doesNotContain("replaced", "stale");
    // Back to what the first generation's jailfile says, with the host's files of now.
    assertThat(machine.brig("stop", "napper").status()).isZero();
    assertThat(machine.brig("rollback", "napper").status()).isZero();
    assertThat(machine.brig("run", "-d", "napper").output()).contains("running, pid ");
  }

  @Test
  void aJailThatWasCopiedChangesOverToMountsAndBack() throws Exception {
    String rest = "command = [\"/usr/bin/sleep\", \"600\"]\nuser = \"nobody\"\n";
    machine.jailfile("nap", rest);
    assertThat(machine.brig("build", "nap").output()).startsWith("nap: generation 1: ");
    machine.jailfile("nap", BIND + rest);
    assertThat(machine.brig("sync", "--dry-run", "nap").output()).contains("1 change");
    assertThat(machine.brig("sync", "nap").output())
        .startsWith("nap: generation 2: ")
        .contains(" nothing copied, ");
    assertThat(Path.of(paths.generation("nap", 2), "root")).isEmptyDirectory();
    machine.startService("nap");
    assertThat(machine.brig("stop", "nap").status()).isZero();
    machine.jailfile("nap", rest);
    assertThat(machine.brig("build", "nap").output()).startsWith("nap: generation 3: ");
    assertThat(Path.of(paths.generation("nap", 3), "root/usr/bin/sleep")).exists();
    machine.startService("nap");
  }

  @Test
  void whatItWritesIsBoundedByAFileSystemOfItsOwn() throws Exception {
    machine.jailfile(
        "bound",
        BIND
            + """
            filesystem = { size = "32M" }
            command = ["/bin/sh", "-c", "echo begun; head -c 80000000 /dev/zero > /data/x; wc -c /data/x; sleep 600"]
            user = "nobody"
            [files]
            programs = ["/bin/sh", "/usr/bin/head", "/usr/bin/wc", "/bin/sleep"]
            writable = ["/data"]
            """);
    RunState state = machine.startService("bound");
    Instant deadline = Instant.now().plusSeconds(30);
    String said = "";
    while (!said.contains("/data/x\n") && Instant.now().isBefore(deadline)) {
      said = machine.brig("logs", "bound").output();
    }
    assertThat(said).contains("No space left on device").containsPattern("\\b[12][0-9]{7} /data/x");
    assertThat(mounts(state)).anyMatch(mount -> mount.startsWith("/data rw,nosuid,nodev,noexec"));
    assertAllHeld("bound", "service");
    assertThat(machine.brig("stop", "bound").status()).isZero();
    assertThat(machine.brig("remove", "--yes", "bound").status()).isZero();
  }

  @Test
  void everyRecipeThatCanBeCopiedHereCanBeMounted() throws Exception {
    int planned = 0;
    try (Stream<Path> recipes = Files.list(Path.of("recipes"))) {
      for (Path recipe : recipes.filter(Files::isRegularFile).sorted().toList()) {
        String text = Files.readString(recipe);
        String name = recipe.getFileName().toString().replace(".toml", "");
        machine.jailfile(name, text);
        if (text.contains("\nmode = ") || machine.brig("plan", name).status() != 0) {
          continue; // it has another mode, or its daemon is not installed
        }
        planned++;
        machine.jailfile(name, BIND + text);
        Result built = machine.brig("build", name);
        assertThat(built.status()).as(built.output()).isZero();
        assertThat(built.output()).contains(name + ": generation 1: ", "nothing copied");
      }
    }
    assertThat(planned).isGreaterThanOrEqualTo(2);
  }
}
