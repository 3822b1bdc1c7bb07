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
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Debian's nginx and Apache, jailed by their recipes as these are. Each command is a process of its
 * own in a network namespace of the test's, so that the recipes' port 80 is free.
 */
@Tag("service")
class WholePassTest {
  private static final int WWW_DATA = 33;

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

  /**
   * Apache's workers are root for a moment after their fork, so this waits for the first process to
   * have workers and for all of them to have given that up.
   */
  private static List<ProcessStatus> settled(RunState state)
      throws IOException, InterruptedException {
    Instant deadline = Instant.now().plusSeconds(10);
    while (true) {
      List<ProcessStatus> members = Running.members(state);
      boolean working =
          members.size() > 1
              && members.stream().allMatch(p -> p.pid() == state.pid() || p.uid() != 0);
      if (working || Instant.now().isAfter(deadline)) {
        return members;
      }
      Thread.sleep(10);
    }
  }

  private void assertJailed(RunState state) throws IOException, InterruptedException {
    List<ProcessStatus> members = settled(state);
    assertThat(members.size()).as("a first process and workers").isGreaterThan(1);
    Stat root = Stat.of(state.root());
    assertThat(root).isNotNull();
    for (ProcessStatus process : members) {
      assertThat(Running.hasRoot(process.pid(), root)).isTrue();
      assertThat(process.noNewPrivs()).isTrue();
      assertThat(process.seccomp()).isEqualTo(2);
      if (process.pid() != state.pid()) {
        assertThat(process.uid()).isEqualTo(WWW_DATA);
        assertThat(process.capabilities()).isZero();
      }
    }
  }

  private void assertNobodyOfBrigIsLeft() throws IOException {
    for (int pid : ProcessStatus.all()) {
      byte[] line = HostFiles.readOrNull("/proc/" + pid + "/cmdline");
      String text = line == null ? "" : new String(line, StandardCharsets.UTF_8);
      // Another test's Brig may be at work: ours has our home in its environment.
      byte[] environment =
          text.contains("brig.cli.Main") ? HostFiles.readOrNull("/proc/" + pid + "/environ") : null;
      assertThat(
              environment != null
                  && new String(environment, StandardCharsets.UTF_8).contains(home.toString()))
          .as("process %d: %s", pid, text)
          .isFalse();
    }
  }

  private void assertStopLeavesNothing(String jail, RunState state) throws Exception {
    Result stopped = machine.brig("stop", jail);
    assertThat(stopped.output()).startsWith(jail + ": stopped by ");
    assertThat(stopped.status()).isZero();
    assertThat(Running.members(state)).isEmpty();
    assertThat(Path.of(paths.state(jail))).doesNotExist();
    assertThat(machine.brig("status", jail).status()).isEqualTo(1);
    assertThat(machine.brig("stop", jail).output()).isEqualTo(jail + ": not running\n");
  }

  @Test
  void nginxServesFromItsJailWithoutAnyCapability() throws Exception {
    machine.recipe("nginx");
    RunState state = machine.startService("nginx");
    assertJailed(state);
    ProcessStatus first = ProcessStatus.of(state.pid());
    assertThat(first).isNotNull();
    assertThat(first.uid()).as("not even the master is root").isEqualTo(WWW_DATA);
    assertThat(first.capabilities()).isZero();
    assertNobodyOfBrigIsLeft();
    assertThat(machine.get("/")).startsWith("HTTP/1.1 200 OK").contains("nginx");

    Result second = machine.brig("run", "-d", "nginx");
    assertThat(second.status()).isEqualTo(111);
    assertThat(second.output())
        .contains("cannot start nginx: it is running, pid " + state.pid() + ", generation 1.");
    Result status = machine.brig("status", "--json", "nginx");
    assertThat(status.status()).isZero();
    assertThat(status.output())
        .contains("\"state\" : \"running\"", "\"root_verified\" : true", "\"0.0.0.0:80\"");
    assertStopLeavesNothing("nginx", state);
  }

  @Test
  void apacheServesPagesAndAPerlCgiFromItsJail() throws Exception {
    jailfileWithCgi(
        "#!/usr/bin/perl\n"
            + "use strict;\n"
            + "print \"Content-Type: text/plain\\n"
            + "\\n"
            + "\", 6 * 7, \" $>\\n"
            + "\";\n");
    RunState state = machine.startService("apache");
    assertJailed(state);
    assertNobodyOfBrigIsLeft();
    assertThat(machine.get("/")).startsWith("HTTP/1.1 200 OK").contains("Apache2");
    assertThat(machine.get("/cgi-bin/answer.pl"))
        .startsWith("HTTP/1.1 200 OK")
        .endsWith("42 " + WWW_DATA + "\n");
    assertStopLeavesNothing("apache", state);
  }

  /** What is only listed is never asked for by name, so no error would tell that it is absent. */
  @Test
  void case7_directoriesThatApacheListsHoldInsideWhatTheyHoldOutside() throws Exception {
    machine.recipe("apache");
    Result built = machine.brig("build", "apache");
    assertThat(built.status()).as(built.output()).isZero();
    for (String directory : List.of("mods-enabled", "conf-enabled", "sites-enabled")) {
      Path outside = Path.of("/etc/apache2", directory);
      assertThat(names(Path.of(paths.current("apache"), "root", outside.toString())))
          .as(directory)
          .isEqualTo(names(outside))
          .isNotEmpty();
    }
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.map(p -> p.getFileName().toString()).sorted().toList();
    }
  }

  /** The recipe as it is, with one CGI and the module that runs it, which Debian leaves off. */
  private void jailfileWithCgi(String program) throws IOException {
    Path cgi = Files.createDirectories(home.resolve("cgi"));
    Path file = Files.writeString(cgi.resolve("answer.pl"), program);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.setPosixFilePermissions(cgi, PosixFilePermissions.fromString("rwxr-xr-x"));
    String recipe = Files.readString(Path.of("recipes/apache.toml"));
    String changed =
        recipe
            .replace(
                "\"-DFOREGROUND\"",
                "\"-DFOREGROUND\", \"-C\", \"LoadModule cgid_module"
                    + " /usr/lib/apache2/modules/mod_cgid.so\", \"-C\", \"ScriptSock"
                    + " /run/apache2/socks/cgisock\"")
            .replace(
                "[files]\ninclude = [",
                "[files]\nmap = { \"/usr/lib/cgi-bin\" = \""
                    + cgi
                    + "\" }\ninclude = [\n  \"/usr/lib/apache2/modules/mod_cgid.so\",");
    assertThat(changed).contains("cgid_module", "map =");
    Files.writeString(Path.of(paths.jailfile("apache")), changed);
  }

  @Test
  void aServiceThatDiesAtOnceIsToldWithItsWordsAndTheLineToAdd() throws Exception {
    Files.writeString(
        Path.of(paths.jailfile("cat")),
        "command = [\"/bin/cat\", \"/etc/debian_version\"]\nuser = \"nobody\"\n");
    Result result = machine.brig("run", "-d", "cat");
    assertThat(result.status()).isEqualTo(111);
    assertThat(result.output())
        .contains(
            "cat: /bin/cat exited with status 1 after ",
            "  | /bin/cat: /etc/debian_version: No such file or directory",
            "/etc/debian_version is on the host, but not in the jail. Add to "
                + paths.jailfile("cat")
                + ": [files] include = [\"/etc/debian_version\"].");
    assertThat(Path.of(paths.state("cat"))).doesNotExist();
  }

  @Test
  void inTheForegroundTheStatusIsTheServicesAndSignalsReachIt() throws Exception {
    Files.writeString(
        Path.of(paths.jailfile("sh")),
        """
        command = ["/bin/sh", "-c", "trap 'exit 7' USR2; kill -USR2 $$; exit 1"]
        user = "nobody"
        [files]
        temporary = ["/tmp"]
        """);
    assertThat(machine.brig("run", "sh").status()).isEqualTo(7);
    String jailfile = Files.readString(Path.of(paths.jailfile("sh")));
    Files.writeString(
        Path.of(paths.jailfile("sh")), jailfile + "[namespaces]\npid = false\nipc = true\n");
    Result inPlace = machine.brig("run", "sh");
    assertThat(inPlace.output()).contains("(the jailfile changed)");
    assertThat(inPlace.status()).isEqualTo(7);
  }

  @Test
  void signalsToBrigInTheForegroundReachTheService() throws Exception {
    Files.writeString(
        Path.of(paths.jailfile("sh")),
        """
        command = ["/bin/sh", "-c", "trap 'echo hung up' HUP; trap 'exit 7' TERM; echo ready; while true; do read line; done"]
        user = "nobody"
        """);
    Process run = machine.startBrig("run", "sh");
    Installation.readUntil(run, "ready");
    Installation.signal(run, "HUP");
    Installation.readUntil(run, "hung up");
    Installation.signal(run, "TERM");
    assertThat(run.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(run.exitValue()).isEqualTo(7);
    assertThat(Path.of(paths.state("sh"))).doesNotExist();
  }
}
