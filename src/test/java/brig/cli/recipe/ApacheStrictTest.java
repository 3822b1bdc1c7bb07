package brig.cli.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import brig.cli.Installation;
import brig.launch.service.RunState;
import brig.launch.service.Running;
import brig.linux.Fd;
import brig.linux.ProcessStatus;
import brig.linux.Stat;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * Debian's Apache with its configuration, static pages and a CGI program in perl, by the recipe
 * apache at the strictest level: each measure of a hardened chroot by hand, proved.
 */
@Tag("service")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ApacheStrictTest {
  private static final int WWW_DATA = 33;

  private Installation machine;
  private Backends files;
  private Path home;
  private String tree;
  private RunState apache;

  @BeforeAll
  void start() throws Exception {
    machine = new Installation();
    files = new Backends(machine);
    home = machine.home();
    ApacheFiles laid = new ApacheFiles(files, home);
    laid.lay();
    machine.jailfile("apache", "hardening = \"strict\"\n" + laid.jailfile());
    apache = machine.startService("apache");
    tree = apache.root();
  }

  @AfterAll
  void endAll() throws Exception {
    try {
      machine.close();
    } finally {
      files.close();
    }
  }

  private String get(String path) throws Exception {
    return machine.run(List.of("curl", "-sS", "http://127.0.0.1" + path)).output();
  }

  private List<Integer> workers() throws Exception {
    List<Integer> workers = new ArrayList<>();
    for (ProcessStatus process : Running.members(apache)) {
      if (process.uid() == WWW_DATA) {
        workers.add(process.pid());
      }
    }
    return workers;
  }

  private String mode(String path) throws Exception {
    Stat stat = Stat.ofLink(tree + path);
    assertThat(stat).as(path).isNotNull();
    return "0" + Integer.toOctalString(stat.mode() & 07777) + " " + stat.uid() + ":" + stat.gid();
  }

  @Test
  void itServesPagesAndACgiInPerl() throws Exception {
    assertThat(get("/")).isEqualTo("a page\n");
    assertThat(get("/cgi-bin/look.pl?names")).startsWith("uid 33, umask 77\n");
  }

  @Test
  void theKernelSaysThatEachProcessIsInTheJail() throws Exception {
    Backends.await("workers", () -> workers().size() > 1);
    for (ProcessStatus process : Running.members(apache)) {
      assertThat(Fd.readLink("/proc/" + process.pid() + "/root")).isEqualTo(tree);
      Path seen = Path.of("/proc/" + process.pid() + "/root");
      assertThat(seen.resolve("usr/sbin/apache2")).exists();
      assertThat(seen.resolve("home")).doesNotExist();
      assertThat(Files.readString(Path.of("/proc/" + process.pid() + "/mountinfo")))
          .contains(" / ro,nosuid,nodev");
    }
  }

  @Test
  void accountsAreTrimmedToThoseThatAreNeededAndLocked() throws Exception {
    assertThat(get("/cgi-bin/look.pl?accounts"))
        .isEqualTo(
            """
            root:x:0:0::/root:/bin/false
            www-data:x:33:33::/var/www:/bin/false
            root:x:0:
            www-data:x:33:
            /etc/shadow: Permission denied
            """);
  }

  @Test
  void configurationIsRootsAloneAndNotEvenRootChangesIt() throws Exception {
    for (String path : List.of("/etc/apache2/apache2.conf", "/etc/apache2/ports.conf")) {
      assertThat(mode(path)).isEqualTo("0400 0:0");
      String file = tree + path;
      for (List<String> attempt :
          List.of(
              List.of("sh", "-c", "echo x >>" + file),
              List.of("mv", file, file + ".old"),
              List.of("rm", "-f", file),
              List.of("ln", file, home + "/link"),
              List.of("chmod", "0644", file))) {
        Installation.Result result = machine.run(attempt);
        assertThat(result.status()).as("%s", attempt).isNotZero();
        assertThat(result.output()).contains("Operation not permitted");
      }
    }
    assertThat(get("/cgi-bin/look.pl?file=/etc/apache2/apache2.conf"))
        .isEqualTo("/etc/apache2/apache2.conf: Permission denied\n");
  }

  @Test
  void programsAreExecuteOnlyAndThereIsNoShellNoCompilerAndNothingSetUid() throws Exception {
    assertThat(mode("/usr/sbin/apache2")).isEqualTo("0111 0:0");
    assertThat(mode("/usr/bin/perl")).isEqualTo("0111 0:0");
    assertThat(mode("/dev/null")).isEqualTo("0666 0:0");
    assertThat(files.run("find", tree, "-perm", "/6000")).isEmpty();
    assertThat(files.run("find", tree, "-name", "*sh", "-path", "*bin*")).isEmpty();
    assertThat(files.run("find", tree, "-name", "gcc*", "-o", "-name", "cc")).isEmpty();
    assertThat(files.run("find", tree, "-type", "f", "-links", "+1", "!", "-path", "*/usr/*"))
        .isEmpty();
  }

  @Test
  void logsAreForNobodyElseAndRotatedByAGracefulRestart() throws Exception {
    Path logs = Path.of(machine.paths().writable("apache"), "var/log/apache2");
    Stat stat = Stat.of(logs.toString());
    assertThat(stat).isNotNull();
    assertThat(stat.mode() & 07777).isEqualTo(0750);
    assertThat(stat.uid()).isZero();
    get("/?before");
    Path log = logs.resolve("access.log");
    Path old = logs.resolve("access.log.1");
    Files.move(log, old);
    List<Integer> before = workers();
    files.run("kill", "-USR1", String.valueOf(apache.pid()));
    Backends.await("a new log", () -> Files.exists(log));
    Backends.await("new workers", () -> workers().stream().noneMatch(before::contains));
    get("/?after");
    Backends.await("the request in it", () -> Files.readString(log).contains("/?after"));
    assertThat(Files.readString(old)).contains("/?before").doesNotContain("/?after");
    Stat made = Stat.of(log.toString());
    assertThat(made).isNotNull();
    assertThat(made.uid()).as("the parent's, whom no worker is").isZero();
    assertThat(ProcessStatus.of(apache.pid())).as("the same parent").isNotNull();
  }

  @Test
  void aNewConfigurationComesByASyncAndARestart() throws Exception {
    assertThat(get("/absent")).contains("404 Not Found");
    Files.writeString(
        home.resolve("apache2/conf-enabled/test.conf"),
        "ServerName localhost\nErrorDocument 404 \"the new word\"\n");
    Installation.Result synced = machine.brig("sync", "apache");
    assertThat(synced.output()).contains("apache: generation 2: ");
    assertThat(get("/absent")).as("it runs on").contains("404 Not Found");
    assertThat(machine.brig("stop", "apache").status()).isZero();
    apache = machine.startService("apache");
    tree = apache.root();
    assertThat(get("/absent")).isEqualTo("the new word");
  }

  @Test
  @Order(Integer.MAX_VALUE - 1)
  void nothingHighIsFoundAndNoWayOutIsOpen() throws Exception {
    Installation.Result audited = machine.brig("audit", "--fail-on", "high", "apache");
    assertThat(audited.status()).as(audited.output()).isZero();
    for (String as : List.of("service", "root")) {
      Installation.Result tried = machine.brig("breakout", "apache", "--as", as);
      assertThat(tried.output()).contains("32 held, 0 escaped");
      assertThat(tried.status()).isZero();
    }
  }

  @Test
  @Order(Integer.MAX_VALUE)
  void stoppedItLeavesNothing() throws Exception {
    assertThat(machine.brig("stop", "apache").output()).startsWith("apache: stopped by SIGTERM");
    assertThat(Running.members(apache)).isEmpty();
    assertThat(Path.of(machine.paths().state("apache"))).doesNotExist();
    assertThat(machine.brig("remove", "--yes", "apache").status()).isZero();
    assertThat(Path.of(machine.paths().jail("apache"))).doesNotExist();
  }
}
