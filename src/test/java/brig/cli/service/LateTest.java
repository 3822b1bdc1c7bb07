package brig.cli.service;

import static org.assertj.core.api.Assertions.assertThat;

import brig.cli.Installation;
import brig.cli.Installation.Result;
import brig.launch.service.RunState;
import brig.launch.service.Running;
import brig.linux.Fd;
import brig.linux.LinuxException;
import brig.linux.ProcessStatus;
import brig.linux.ThreadStatus;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Debian's nginx and Apache, unpatched, whose workers go into a jail that holds just the site. */
@Tag("service")
class LateTest {
  private static final int WWW_DATA = 33;

  private Installation machine;
  private Path home;
  private Path site;
  private Path outside;

  @BeforeEach
  void install() throws Exception {
    machine = new Installation();
    home = machine.home();
    site = directory("site");
    outside = directory("outside");
    Files.writeString(site.resolve("index.html"), "from the site\n");
  }

  @AfterEach
  void endAll() throws Exception {
    machine.close();
  }

  private Path directory(String name) throws Exception {
    Path directory = Files.createDirectories(home.resolve(name));
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    return directory;
  }

  private void nginx(String root, String more) throws Exception {
    Files.writeString(
        outside.resolve("nginx.conf"),
        """
        user www-data;
        worker_processes 2;
        pid OUT/nginx.pid;
        error_log OUT/error.log info;
        events { worker_connections 64; }
        http {
          access_log OUT/access.log;
          server { listen 127.0.0.1:80; root ROOT; }
        }
        """
            .replace("OUT", outside.toString())
            .replace("ROOT", root));
    machine.jailfile(
        "late",
        "mode = \"late\"\nroot = \""
            + site
            + "\"\ncommand = [\"/usr/sbin/nginx\", \"-c\", \""
            + outside
            + "/nginx.conf\"]\nuser = \"www-data\"\n"
            + more);
  }

  private void apache(String preload) throws Exception {
    Files.writeString(
        outside.resolve("apache.conf"),
        """
        ServerRoot OUT
        PidFile OUT/apache.pid
        Mutex file:OUT default
        ErrorLog OUT/error.log
        ServerName localhost
        User www-data
        Group www-data
        Listen 127.0.0.1:80
        LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
        LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
        LoadModule dir_module /usr/lib/apache2/modules/mod_dir.so
        StartServers 2
        DocumentRoot SITE
        DirectoryIndex index.html
        <Directory />
          Require all granted
        </Directory>
        """
            .replace("OUT", outside.toString())
            .replace("SITE", site.toString()));
    machine.jailfile(
        "late",
        "mode = \"late\"\nsame_paths = true\nroot = \""
            + site
            + "\"\ncommand = [\"/usr/sbin/apache2\", \"-DFOREGROUND\", \"-f\", \""
            + outside
            + "/apache.conf\"]\nuser = \"www-data\"\npreload = ["
            + preload
            + "]\n[files]\ninclude = [\"/etc/localtime\"]\ntemporary = [\"/tmp\"]\nwritable = [\""
            + site
            + "/up\"]\n[sockets]\n\"/run/db\" = \""
            + outside
            + "\"\n");
    Files.createDirectories(site.resolve("up"));
  }

  private int pidIn(String file) throws Exception {
    return Integer.parseInt(Files.readString(outside.resolve(file)).strip());
  }

  /**
   * The workers once all that is not root is in the jail, and there are some that are not these.
   */
  private List<ProcessStatus> workers(RunState state, String root, List<ProcessStatus> but)
      throws Exception {
    Instant deadline = Instant.now().plusSeconds(20);
    while (true) {
      List<ProcessStatus> workers = new ArrayList<>();
      int fresh = 0;
      for (ProcessStatus member : Running.members(state)) {
        if (member.uid() != 0) {
          workers.add(member);
          fresh += but.stream().noneMatch(old -> old.pid() == member.pid()) ? 1 : 0;
        }
      }
      if (fresh >= 2) {
        if (allJailed(workers, root)) {
          return workers;
        }
      }
      assertThat(Instant.now()).as("new workers").isBefore(deadline);
      Thread.sleep(20);
    }
  }

  /** False when one has ended meanwhile, as those do that a reload replaces. */
  private static boolean allJailed(List<ProcessStatus> workers, String root) throws Exception {
    for (ProcessStatus worker : workers) {
      try {
        assertJailed(worker, root);
      } catch (LinuxException | AssertionError e) {
        ProcessStatus now = ProcessStatus.of(worker.pid());
        if (now != null && !now.ended()) {
          throw e;
        }
        return false;
      }
    }
    return true;
  }

  private static void assertJailed(ProcessStatus worker, String root) throws Exception {
    assertThat(worker.uid()).isEqualTo(WWW_DATA);
    assertThat(Fd.readLink("/proc/" + worker.pid() + "/root")).isEqualTo(root);
    assertThat(Fd.readLink("/proc/" + worker.pid() + "/cwd")).isEqualTo(root);
    assertThat(ProcessStatus.namespace(worker.pid(), "mnt"))
        .isNotEqualTo(ProcessStatus.namespace(ProcessStatus.self(), "mnt"));
    try (Fd file = ThreadStatus.open(worker.pid())) {
      ThreadStatus status = ThreadStatus.read(file);
      assertThat(status.permitted() | status.effective() | status.ambient()).isZero();
      assertThat(status.bounding()).isZero();
      assertThat(status.noNewPrivileges()).isTrue();
      assertThat(status.seccomp()).isEqualTo(2);
    }
  }

  private static void assertOutside(int master) throws Exception {
    assertThat(Fd.readLink("/proc/" + master + "/root")).isEqualTo("/");
    assertThat(ProcessStatus.of(master).uid()).isZero();
    assertThat(ProcessStatus.namespace(master, "mnt"))
        .isEqualTo(ProcessStatus.namespace(ProcessStatus.self(), "mnt"));
  }

  private void signal(String name, int pid) throws Exception {
    assertThat(machine.run(List.of("kill", "-" + name, String.valueOf(pid))).status()).isZero();
  }

  @Test
  void nginxServesReloadsRotatesItsLogsAndReplacesItselfWithItsWorkersJailed() throws Exception {
    nginx("/", "");
    RunState state = machine.startService("late");
    int master = pidIn("nginx.pid");
    assertThat(state.pid()).as("it went into the background by itself").isEqualTo(master);
    assertOutside(master);
    List<ProcessStatus> first = workers(state, site.toString(), List.of());
    assertThat(machine.get("/")).startsWith("HTTP/1.1 200 OK").endsWith("from the site\n");
    assertThat(machine.get("/etc/passwd")).startsWith("HTTP/1.1 404");

    signal("HUP", master);
    List<ProcessStatus> second = workers(state, site.toString(), first);
    assertOutside(master);
    assertThat(machine.get("/")).startsWith("HTTP/1.1 200 OK");

    Path log = outside.resolve("access.log");
    Files.move(log, outside.resolve("access.log.1"));
    signal("USR1", master);
    awaitText(outside.resolve("error.log"), "reopening logs", 3); // the master and two workers
    assertThat(machine.get("/?after-the-rotation")).startsWith("HTTP/1.1 200 OK");
    awaitText(log, "after-the-rotation", 1);
    assertThat(Files.readString(outside.resolve("error.log"))).doesNotContain("[emerg]", "[alert]");

    signal("USR2", master);
    List<ProcessStatus> third = workers(state, site.toString(), second);
    int replaced = awaitOtherMaster(master);
    assertOutside(replaced);
    signal("QUIT", master);
    awaitEnd(master);
    assertThat(machine.get("/")).startsWith("HTTP/1.1 200 OK");
    assertThat(third).isNotEmpty();
    Result status = machine.brig("status", "--json", "late");
    assertThat(status.output())
        .contains("\"state\" : \"running\"", "\"root_verified\" : true", "\"127.0.0.1:80\"");

    Result stopped = machine.brig("stop", "late");
    assertThat(stopped.output()).startsWith("late: stopped by SIGTERM");
    assertThat(Running.members(state)).isEmpty();
    assertThat(machine.brig("status", "late").output()).contains("stopped");
    assertThat(machine.brig("logs", "late").output())
        .contains("/usr/sbin/nginx (process " + first.getFirst().pid() + ") is in the jail")
        .contains("at setuid 33");
  }

  private int awaitOtherMaster(int old) throws Exception {
    Instant deadline = Instant.now().plusSeconds(20);
    while (!Files.exists(outside.resolve("nginx.pid")) || pidIn("nginx.pid") == old) {
      assertThat(Instant.now()).isBefore(deadline);
      Thread.sleep(20);
    }
    return pidIn("nginx.pid");
  }

  private static void awaitEnd(int pid) throws Exception {
    Instant deadline = Instant.now().plusSeconds(20);
    ProcessStatus status = ProcessStatus.of(pid);
    while (status != null && !status.ended()) {
      assertThat(Instant.now()).as("the end of %d", pid).isBefore(deadline);
      Thread.sleep(20);
      status = ProcessStatus.of(pid);
    }
  }

  private static void awaitText(Path file, String text, int times) throws Exception {
    Instant deadline = Instant.now().plusSeconds(20);
    while (true) {
      String content = Files.exists(file) ? Files.readString(file) : "";
      if (content.split(text, -1).length > times) {
        return;
      }
      assertThat(Instant.now()).as("%s in %s: %s", text, file, content).isBefore(deadline);
      Thread.sleep(20);
    }
  }

  @Test
  void apachesWorkersSeeTheSiteUnderItsHostPathAndAGracefulRestartJailsTheNextOnes()
      throws Exception {
    apache("\"/lib/" + multiarch() + "/libgcc_s.so.1\"");
    RunState state = machine.startService("late");
    String root = machine.paths().emptyRoot("late");
    assertOutside(state.pid());
    List<ProcessStatus> first = workers(state, root, List.of());
    assertThat(machine.get("/")).startsWith("HTTP/1.1 200 OK").endsWith("from the site\n");
    Path inside = Path.of("/proc/" + first.getFirst().pid() + "/root" + site + "/index.html");
    assertThat(inside).hasContent("from the site\n");
    String seen = "/proc/" + first.getFirst().pid() + "/root";
    assertThat(Path.of(seen, "etc").toFile().list()).containsExactly("localtime");
    assertThat(Path.of(seen, "run/db/apache.conf")).exists();
    assertThat(Path.of(seen).toFile().list())
        .containsExactlyInAnyOrder("etc", "mnt", "run", "tmp", "var");
    List<String> mounts =
        Files.readAllLines(Path.of("/proc/" + first.getFirst().pid() + "/mountinfo"));
    assertThat(mounts)
        .anyMatch(line -> line.contains(" " + site + " ro,nosuid,nodev"))
        .anyMatch(line -> line.contains(" " + site + "/up rw,nosuid,nodev,noexec"));
    String audit = machine.brig("audit", "late").output();
    assertThat(audit).containsPattern("directories, [1-9][0-9]* processes");
    assertThat(audit).doesNotContain("outside-process", "cwd-outside");
    // Of others' tests there may be some that run as www-data.
    for (ProcessStatus member : Running.members(state)) {
      assertThat(audit)
          .doesNotContainPattern("runs outside as uid 33: .*\\b" + member.pid() + "\\b");
    }
    Result breakout = machine.brig("breakout", "late");
    assertThat(breakout.output()).contains("32 held, 0 escaped");
    assertThat(breakout.status()).isZero();
    signal("USR1", state.pid());
    workers(state, root, first);
    assertOutside(state.pid());
    assertThat(machine.get("/")).startsWith("HTTP/1.1 200 OK").endsWith("from the site\n");
    assertThat(machine.brig("stop", "late").output()).startsWith("late: stopped by SIGTERM");
    assertThat(Running.members(state)).isEmpty();
  }

  private static String multiarch() throws Exception {
    Process process = new ProcessBuilder("gcc", "-print-multiarch").start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
  }

  /** Apache's threads end by pthread_exit, for which libc loads that library when it is wanted. */
  @Test
  void case1_whatThreadsLoadAtTheirEndIsLoadedBeforeAndPrintedForApachesConfiguration()
      throws Exception {
    String library = "/lib/" + multiarch() + "/libgcc_s.so.1";
    apache("\"" + library + "\"");
    assertThat(machine.brig("plan", "late").output())
        .contains("Loaded at the start, by LD_PRELOAD:\n  " + library + "\n")
        .contains("  LoadFile " + library + "\n");
    RunState state = machine.startService("late");
    List<ProcessStatus> workers = workers(state, machine.paths().emptyRoot("late"), List.of());
    signal("USR1", state.pid());
    for (ProcessStatus worker : workers) {
      awaitEnd(worker.pid());
    }
    assertThat(Files.readString(outside.resolve("error.log")))
        .contains("resuming normal operations")
        .doesNotContain("libgcc_s", "Abort");
  }

  @Test
  void aKilledTracerLeavesNothingRunningAndTheStatusSaysSo() throws Exception {
    nginx("/", "");
    RunState state = machine.startService("late");
    List<ProcessStatus> all = Running.members(state);
    assertThat(all).hasSizeGreaterThan(2);
    signal("KILL", state.keeper().pid());
    for (ProcessStatus process : all) {
      awaitEnd(process.pid());
    }
    Result status = machine.brig("status", "late");
    assertThat(status.status()).isEqualTo(1);
    assertThat(status.output()).contains("dead").contains("ended without brig stop");
  }

  @Test
  void aServiceThatNeverGivesUpRootIsRefusedAndEnded() throws Exception {
    machine.jailfile(
        "late",
        "mode = \"late\"\ntrigger_timeout = \"1s\"\nroot = \""
            + site
            + "\"\ncommand = [\"/bin/sleep\", \"1000\"]\nuser = \"www-data\"\n");
    Result run = machine.brig("run", "late");
    assertThat(run.status()).isEqualTo(111);
    assertThat(run.output())
        .contains("brig: cannot jail late: no process of it gave up root in 1 s; process ")
        .contains("(sleep) is uid 0.")
        .contains("The daemon was ended.");
    assertThat(Path.of(machine.paths().state("late"))).doesNotExist();
    Result detached = machine.brig("run", "-d", "late");
    assertThat(detached.status()).isEqualTo(111);
    assertThat(detached.output())
        .contains("| brig: cannot jail late: no process of it gave up root")
        .contains("brig: cannot start late: what it printed is above");
  }

  @Test
  void theStatusOfADaemonThatEndsBeforeItsTriggerIsTold() throws Exception {
    machine.jailfile(
        "late",
        "mode = \"late\"\nroot = \""
            + site
            + "\"\ncommand = [\"/bin/sh\", \"-c\", \"exit 3\"]\nuser = \"www-data\"\n");
    Result run = machine.brig("run", "late");
    assertThat(run.status()).isEqualTo(3);
    assertThat(run.output())
        .contains("late: /bin/sh exited with status 3 before any process of it was in the jail");
  }
}
