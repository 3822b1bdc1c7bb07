package brig.cli;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Debian's nginx and Apache, jailed by their recipes as these are. Each command is a process of its
 * own in a network namespace of the test's, so that the recipes' port 80 is free.
 */
@Tag("service")
class WholePassTest {
  private static final int WWW_DATA = 33;

  @TempDir(factory = VarTmp.class)
  Path home;

  private JailPaths paths;
  private Process network;

  static final class VarTmp implements org.junit.jupiter.api.io.TempDirFactory {
    @Override
    public Path createTempDirectory(
        org.junit.jupiter.api.extension.AnnotatedElementContext element,
        org.junit.jupiter.api.extension.ExtensionContext context)
        throws IOException {
      return Files.createTempDirectory(Path.of("/var/tmp"), "brig-whole-pass-");
    }
  }

  private record Result(int status, String output) {}

  @BeforeEach
  void makeNetwork() throws Exception {
    paths = JailPaths.of(Map.of("BRIG_HOME", home.toString()));
    Files.createDirectories(Path.of(paths.etc()));
    network =
        new ProcessBuilder("unshare", "-n", "sh", "-c", "ip link set lo up; echo up; exec cat")
            .start();
    byte[] up = new byte[3];
    assertThat(network.getInputStream().readNBytes(up, 0, 3)).isEqualTo(3);
  }

  @AfterEach
  void endAll() throws Exception {
    for (String jail : JailNames.all(paths)) {
      RunState state = RunState.read(paths.state(jail));
      brig("stop", jail);
      if (state != null) {
        // Also when it is brig stop that does not work.
        for (ProcessStatus left : Running.members(state)) {
          ProcessHandle.of(left.pid()).ifPresent(ProcessHandle::destroyForcibly);
        }
      }
    }
    network.destroyForcibly().waitFor();
    HostFiles.deleteTree(home + "/lib"); // JUnit warns of every link in it
  }

  private Process startInNetwork(List<String> command) throws IOException {
    List<String> line =
        new ArrayList<>(List.of("nsenter", "-n", "-t", String.valueOf(network.pid()), "--"));
    line.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
    builder.environment().put("BRIG_HOME", home.toString());
    return builder.start();
  }

  private Result inNetwork(List<String> command) throws Exception {
    Process process = startInNetwork(command);
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Result(process.waitFor(), output);
  }

  private Result brig(String... arguments) throws Exception {
    return inNetwork(commandLine(arguments));
  }

  /** Its standard input stays open. */
  private Process start(String... arguments) throws IOException {
    return startInNetwork(commandLine(arguments));
  }

  private static List<String> commandLine(String... arguments) {
    List<String> line =
        new ArrayList<>(
            List.of(
                System.getProperty("java.home") + "/bin/java",
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "-Dbrig.home=" + Path.of("").toAbsolutePath(),
                "brig.cli.Main"));
    line.addAll(List.of(arguments));
    return line;
  }

  private String get(String path) throws Exception {
    return inNetwork(List.of("curl", "-sS", "-i", "http://127.0.0.1" + path)).output();
  }

  private RunState startService(String jail) throws Exception {
    Result started = brig("run", "-d", jail);
    assertThat(started.status()).as(started.output()).isZero();
    RunState state = RunState.read(paths.state(jail));
    assertThat(state).isNotNull();
    assertThat(started.output())
        .contains(jail + ": running, pid " + state.pid() + ", generation 1");
    return state;
  }

  private void recipe(String name) throws IOException {
    Files.copy(Path.of("recipes/" + name + ".toml"), Path.of(paths.jailfile(name)));
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
    Result stopped = brig("stop", jail);
    assertThat(stopped.output()).startsWith(jail + ": stopped by ");
    assertThat(stopped.status()).isZero();
    assertThat(Running.members(state)).isEmpty();
    assertThat(Path.of(paths.state(jail))).doesNotExist();
    assertThat(brig("status", jail).status()).isEqualTo(1);
    assertThat(brig("stop", jail).output()).isEqualTo(jail + ": not running\n");
  }

  @Test
  void nginxServesFromItsJailWithoutAnyCapability() throws Exception {
    recipe("nginx");
    RunState state = startService("nginx");
    assertJailed(state);
    ProcessStatus first = ProcessStatus.of(state.pid());
    assertThat(first).isNotNull();
    assertThat(first.uid()).as("not even the master is root").isEqualTo(WWW_DATA);
    assertThat(first.capabilities()).isZero();
    assertNobodyOfBrigIsLeft();
    assertThat(get("/")).startsWith("HTTP/1.1 200 OK").contains("nginx");

    Result second = brig("run", "-d", "nginx");
    assertThat(second.status()).isEqualTo(111);
    assertThat(second.output())
        .contains("cannot start nginx: it is running, pid " + state.pid() + ", generation 1.");
    Result status = brig("status", "--json", "nginx");
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
    RunState state = startService("apache");
    assertJailed(state);
    assertNobodyOfBrigIsLeft();
    assertThat(get("/")).startsWith("HTTP/1.1 200 OK").contains("Apache2");
    assertThat(get("/cgi-bin/answer.pl"))
        .startsWith("HTTP/1.1 200 OK")
        .endsWith("42 " + WWW_DATA + "\n");
    assertStopLeavesNothing("apache", state);
  }

  /** What is only listed is never asked for by name, so no error would tell that it is absent. */
  @Test
  void case7_directoriesThatApacheListsHoldInsideWhatTheyHoldOutside() throws Exception {
    recipe("apache");
    Result built = brig("build", "apache");
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
    Result result = brig("run", "-d", "cat");
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
    assertThat(brig("run", "sh").status()).isEqualTo(7);
    String jailfile = Files.readString(Path.of(paths.jailfile("sh")));
    Files.writeString(
        Path.of(paths.jailfile("sh")), jailfile + "[namespaces]\npid = false\nipc = true\n");
    Result inPlace = brig("run", "sh");
    assertThat(inPlace.output()).contains("(the jailfile changed)");
    assertThat(inPlace.status()).isEqualTo(7);
  }

  @Test
  void theDemoWorksWithEachOfItsServices() throws Exception {
    for (DemoService service : DemoService.values()) {
      Result demo = brig("demo", "--once", "--service", service.word());
      assertThat(demo.status()).as(service + ": " + demo.output()).isZero();
      assertThat(demo.output())
          .contains("HTTP/1", "200 OK, \"" + DemoService.GREETING + "\"", "root is the jail");
    }
  }

  @Test
  void theDemoServesUntilCtrlCAndLeavesNothing() throws Exception {
    Process demo = start("demo", "--service", "python3");
    String told = readUntil(demo, "until Ctrl-C");
    Matcher look =
        Pattern.compile("BRIG_HOME=(/var/tmp/brig-demo-\\d+) brig status")
            .matcher(told + readUntil(demo, "brig status"));
    assertThat(look.find()).as(told).isTrue();
    Path its = Path.of(look.group(1));
    RunState state = RunState.read(JailPaths.of(Map.of("BRIG_HOME", its.toString())).state("demo"));
    assertThat(state).isNotNull();
    assertThat(Running.members(state)).isNotEmpty();
    interrupt(demo, "INT");
    assertThat(demo.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(demo.exitValue()).isZero();
    assertThat(its).doesNotExist();
    ProcessStatus left = ProcessStatus.of(state.pid());
    assertThat(left == null || left.ended()).isTrue();
  }

  @Test
  void signalsToBrigInTheForegroundReachTheService() throws Exception {
    Files.writeString(
        Path.of(paths.jailfile("sh")),
        """
        command = ["/bin/sh", "-c", "trap 'echo hung up' HUP; trap 'exit 7' TERM; echo ready; while true; do read line; done"]
        user = "nobody"
        """);
    Process run = start("run", "sh");
    readUntil(run, "ready");
    interrupt(run, "HUP");
    readUntil(run, "hung up");
    interrupt(run, "TERM");
    assertThat(run.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(run.exitValue()).isEqualTo(7);
    assertThat(Path.of(paths.state("sh"))).doesNotExist();
  }

  private static void interrupt(Process process, String signal) throws Exception {
    int status =
        new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid())).start().waitFor();
    assertThat(status).isZero();
  }

  /** Its output up to and with some words; fails when it ends before. */
  private static String readUntil(Process process, String words) throws IOException {
    StringBuilder text = new StringBuilder();
    while (text.indexOf(words) < 0) {
      int next = process.getInputStream().read();
      assertThat(next).as("ended before \"%s\": %s", words, text).isNotNegative();
      text.append((char) next);
    }
    return text.toString();
  }
}
