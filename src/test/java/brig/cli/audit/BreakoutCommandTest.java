package brig.cli.audit;

import static org.assertj.core.api.Assertions.assertThat;

import brig.cli.Cli;
import brig.cli.Installation;
import brig.linux.HostFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command, on a jail of one static program. */
@Tag("root")
class BreakoutCommandTest {
  private static final String JAILFILE =
      "command = [\"/bin/busybox\", \"sleep\", \"1000\"]\nuser = \"www-data\"\n";

  @TempDir Path home;
  private Cli cli;

  @BeforeEach
  void makeJail() throws IOException {
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
    cli = new Cli(home.toRealPath());
    cli.jailfile("box", JAILFILE);
  }

  @AfterEach
  void remove() throws IOException {
    HostFiles.deleteTree(cli.paths.lib()); // JUnit warns of every link in it
  }

  private Path newRoot() throws IOException {
    Path root = Files.createDirectories(home.toRealPath().resolve("chroots/root"));
    Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
    return root;
  }

  private Process start(List<String> before, String... arguments) throws IOException {
    List<String> line = new ArrayList<>(before);
    line.addAll(Installation.virtualMachine(arguments));
    ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
    builder.environment().put("BRIG_HOME", home.toRealPath().toString());
    return builder.start();
  }

  private static String said(Process process) throws IOException {
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  @Test
  void aTableOfAHundredColumnsTellsWhatHeld() {
    assertThat(cli.brig("breakout", "box")).as(cli.err() + cli.out()).isZero();
    assertThat(cli.out())
        .startsWith("prison break: box, as service\n")
        .contains("  capabilities: none\n", "  no_new_privs 1, seccomp 2, namespaces of its own: ")
        .contains("B01  held       mkdir, chroot, \"..\"               chroot: EPERM")
        .endsWith("\n32 held, 0 escaped.\n");
    assertThat(cli.out().lines()).allMatch(line -> line.length() <= 100);
    assertThat(cli.brig("breakout", "box", "--as", "root", "-v")).isZero();
    assertThat(cli.out())
        .startsWith("prison break: box, as root\n")
        .contains("       jailed: mknodat(-100, \"/", "= EPERM\n")
        .endsWith("\n32 held, 0 escaped.\n");
  }

  /** What a CGI program could do that was taken over: nothing. */
  @Test
  void theProgramsOfAWebServerAreHeld() throws IOException {
    Path site = Files.createDirectories(home.toRealPath().resolve("site"));
    for (String name : List.of("cgi-bin", "more", "work")) {
      Files.createDirectory(site.resolve(name));
    }
    Path config = home.toRealPath().resolve("web.toml");
    String one =
        "listen = [\"127.0.0.1:1\"]\nroot = \"site\"\n[[location]]\npath = \"/cgi-bin/\"\n"
            + "cgi = \"site/cgi-bin\"\nuser = \"61234\"\nwritable = [\"site/work\"]\n";
    Files.writeString(config, one);
    assertThat(cli.brig("breakout", "--web", config.toString())).as(cli.err() + cli.out()).isZero();
    assertThat(cli.out())
        .startsWith("prison break: the worker in " + site + "\n")
        .contains(
            "one that was started to be tried; no server runs\n",
            "  root                      " + site + "\n",
            "  each of them              no capabilities, none to be had, no_new_privs 1, ",
            "  B06  held     a directory handed in by a peer             openat: EACCES\n",
            "  B17  held     a port of this host that is not configured  connect: EACCES\n")
        .contains("\nprison break: /cgi-bin/, as service\n  uid 61234, gid 61234, groups []\n")
        .contains("  capabilities: none\n", "  no_new_privs 1, seccomp 2, namespaces of its own: ")
        .contains("  root " + site + "\n")
        .endsWith("\n32 held, 0 escaped.\n");
    assertThat(cli.brig("breakout", "--web", config.toString(), "--as", "root"))
        .as(cli.err() + cli.out())
        .isZero();
    assertThat(cli.out()).contains("  uid 0, ").endsWith("\n32 held, 0 escaped.\n");

    Files.writeString(config, one + "[[location]]\npath = \"/more/\"\ncgi = \"site/more\"\n");
    assertThat(cli.brig("breakout", "--web", config.toString())).isEqualTo(100);
    assertThat(cli.err())
        .contains(
            "several locations have some. Say which: --location /cgi-bin/, or --location /more/.");
    assertThat(cli.brig("breakout", "--web", config.toString(), "--location", "/x/"))
        .isEqualTo(100);
    assertThat(cli.err()).contains("location /x/ has none");
    assertThat(names(site)).containsExactly("cgi-bin", "more", "work");

    Files.writeString(config, "listen = [\"127.0.0.1:1\"]\nroot = \"site\"\n");
    assertThat(cli.brig("breakout", "--web", config.toString(), "--json")).isZero();
    assertThat(cli.out())
        .startsWith("{\n  \"worker\" : {\n    \"jail\" : \"" + site + "\",\n    \"running\" : 0,")
        .contains("\"technique\" : \"execute a program\",\n        \"result\" : \"held\",")
        .doesNotContain("escaped", "\"good\" : false");
  }

  @Test
  void jsonHasTheKeysThatAreDocumented() {
    assertThat(cli.brig("breakout", "--json", "box")).as(cli.err()).isZero();
    assertThat(cli.out())
        .startsWith("{\n  \"jail\" : \"box\",\n  \"as\" : \"service\",\n  \"confinement\" : {")
        .contains("\"uid\" : 33,", "\"effective\" : \"0\"", "\"seccomp\" : 2")
        .contains(
            """
                  "id" : "B01",
                  "technique" : "mkdir, chroot, \\"..\\"",
                  "result" : "held",
                  "answer" : "EPERM",
                  "call" : "chroot",
                  "stopped_by" : "seccomp; no CAP_SYS_CHROOT; pivot_root",
            """);
  }

  @Test
  void aPlainChrootIsToldToLeakAndNothingIsLeftInIt() throws IOException {
    Path root = newRoot();
    assertThat(cli.brig("breakout", "--root", root.toString(), "--as", "0")).isEqualTo(1);
    assertThat(cli.out())
        .startsWith("prison break: " + root + ", as 0:0\n")
        .contains("B01  ESCAPED    mkdir, chroot, \"..\"               read the canary outside");
    assertThat(cli.out().lines()).allMatch(line -> line.length() <= 100);
    assertThat(cli.brig("breakout", "--json", "--root", root.toString(), "--as", "33:44"))
        .isEqualTo(1);
    assertThat(cli.out())
        .contains("\"as\" : \"33:44\"", "\"gid\" : 44")
        .contains("\"result\" : \"escaped\"", "\"stopped_by\" : null");
    assertThat(names(root)).isEmpty();
    assertThat(names(root.getParent())).containsExactly("root");
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void aMountedProcLeadsAUserOutWhereAnotherProcessIsHis() throws Exception {
    Path root = newRoot();
    Files.createDirectory(root.resolve("proc"));
    Process process =
        start(
            List.of(
                "unshare",
                "-m",
                "sh",
                "-c",
                "mount --bind /proc \"$0\" && exec \"$@\"",
                root.resolve("proc").toString()),
            "breakout",
            "--root",
            root.toString(),
            "--as",
            "33");
    assertThat(said(process))
        .contains("B11  ESCAPED    /proc/PID/root of an outsider     read the canary outside");
    assertThat(process.waitFor()).isEqualTo(1);
  }

  @Test
  void besideARunningServiceTheProcessIsComparedWithIt() throws Exception {
    Process run = start(List.of(), "run", "-d", "box");
    assertThat(said(run)).contains("box: running, pid ");
    try {
      assertThat(cli.brig("breakout", "box")).as(cli.err() + cli.out()).isZero();
      assertThat(cli.out()).contains("\n  just as process ").contains("of the running service\n");
      assertThat(cli.brig("breakout", "box", "--json")).isZero();
      assertThat(cli.out()).contains("\"compared_with\" : ", "\"differences\" : [ ]");
      assertThat(cli.brig("status", "box")).as("it still runs").isZero();
    } finally {
      cli.brig("stop", "box");
    }
  }

  @Test
  void wrongArgumentsAreToldWithoutTryingAnything() throws Exception {
    assertThat(cli.brig("breakout")).isEqualTo(100);
    assertThat(cli.err())
        .isEqualTo(
            "brig: brig breakout wants the name of a jail, --root DIR or --web CONFIG. Give one of"
                + " the three.\n");
    assertThat(cli.brig("breakout", "box", "--root", "/srv")).isEqualTo(100);
    assertThat(cli.brig("breakout", "box", "--as", "33")).isEqualTo(100);
    assertThat(cli.err())
        .isEqualTo("brig: --as 33 is neither service nor root. A uid goes with --root DIR.\n");
    assertThat(cli.brig("breakout", "--root", home.toString())).isEqualTo(100);
    assertThat(cli.err()).contains("wants to know as whom. Add --as UID or --as UID:GID");
    assertThat(cli.brig("breakout", "--root", home.toString(), "--as", "www-data")).isEqualTo(100);
    assertThat(cli.err())
        .isEqualTo("brig: --as www-data is not UID or UID:GID. Ids are numbers here.\n");
    assertThat(cli.brig("breakout", "--root", home + "/none", "--as", "0")).isEqualTo(100);
    assertThat(cli.err()).contains("cannot open the directory ", "ENOENT");
    assertThat(cli.brig("breakout", "--root", "/", "--as", "0")).isEqualTo(100);
    assertThat(cli.err()).contains("--root / is no jail");
  }

  @Test
  void withoutRootItSaysWhatItNeeds() throws Exception {
    Process process =
        start(List.of("setpriv", "--reuid=33", "--regid=33", "--clear-groups"), "breakout", "box");
    assertThat(said(process)).startsWith("brig: cannot try to break out of box: this needs root");
    assertThat(process.waitFor()).isEqualTo(111);
  }

  @Test
  void killedAtAnyMomentItLeavesNothingRunningAndTheNextRunTidiesUp() throws Exception {
    Path root = newRoot();
    assertThat(cli.brig("build", "box")).isZero();
    Path canaries = Path.of(cli.paths.lib(), "breakout");
    for (int i = 0; i < 3; i++) {
      killSoon(canaries, i, "breakout", "box");
      killSoon(root.getParent(), i, "breakout", "--root", root.toString(), "--as", "0");
      awaitNobody();
    }
    assertThat(cli.brig("breakout", "box")).isZero();
    assertThat(cli.brig("breakout", "--root", root.toString(), "--as", "33")).isEqualTo(1);
    assertThat(names(canaries)).isEmpty();
    assertThat(names(root)).isEmpty();
    assertThat(names(root.getParent())).containsExactly("root");
  }

  @Test
  void aSignalEndsItBetweenTwoAttemptsAndAllIsTidiedUp() throws Exception {
    assertThat(cli.brig("build", "box")).isZero();
    Path canaries = Path.of(cli.paths.lib(), "breakout");
    String said;
    Process process;
    int times = 0;
    do { // one that was done before the signal came is no answer
      process = seenAtWork(canaries, "breakout", "box");
      process.toHandle().destroy();
      said = said(process);
    } while (process.waitFor() == 0 && times++ < 20);
    assertThat(said)
        .startsWith("brig: the prison break of box is ended: SIGTERM after B")
        .endsWith("All is tidied up.\n");
    assertThat(process.waitFor()).isEqualTo(111);
    assertThat(names(canaries)).isEmpty();
  }

  private void killSoon(Path canaries, int turn, String... arguments) throws Exception {
    Process process = seenAtWork(canaries, arguments);
    Thread.sleep(turn * 90L); // any moment will do, after the end too
    process.destroyForcibly().waitFor();
  }

  /** A process whose canary directory was there a moment ago. */
  private Process seenAtWork(Path canaries, String... arguments) throws Exception {
    for (int i = 0; i < 20; i++) {
      Process process = start(List.of(), arguments);
      String mine = "-" + process.pid();
      while (process.isAlive()) {
        if (Files.exists(canaries) && names(canaries).stream().anyMatch(n -> n.endsWith(mine))) {
          return process;
        }
        Thread.sleep(2);
      }
    }
    throw new AssertionError("never seen at work");
  }

  /** No process that was started from a directory of ours, no disk on one. */
  private void awaitNobody() throws Exception {
    Instant deadline = Instant.now().plusSeconds(20);
    while (!ours().isEmpty()) {
      assertThat(Instant.now()).as("%s", ours()).isBefore(deadline);
      Thread.sleep(20);
    }
  }

  private List<String> ours() throws IOException {
    List<String> found = new ArrayList<>();
    String directory = home.toRealPath() + "/";
    for (int pid : brig.linux.ProcessStatus.all()) {
      Path exe = Path.of("/proc/" + pid + "/exe");
      try {
        if (Files.readSymbolicLink(exe).toString().contains(directory)) {
          found.add(exe.toString());
        }
      } catch (IOException e) {
        // It has ended, or has no program.
      }
    }
    try (Stream<Path> disks = Files.list(Path.of("/sys/block"))) {
      for (Path disk : disks.toList()) {
        Path file = disk.resolve("loop/backing_file");
        if (Files.exists(file) && Files.readString(file).startsWith(directory)) {
          found.add(file.toString());
        }
      }
    }
    return found;
  }
}
