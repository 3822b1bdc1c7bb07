package brig.cli.up;

import static org.assertj.core.api.Assertions.assertThat;

import brig.cli.Installation;
import brig.hole.client.HoleCall;
import brig.hole.client.HoleClient;
import brig.launch.service.RunState;
import brig.linux.ControlGroups;
import brig.linux.ProcessStatus;
import brig.testing.Gcc;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Sets of small services under {@code brig up}, which is a process of its own. */
@Tag("root")
class UpTest {
  private static final String HTTPD =
      "command = [\"/bin/busybox\", \"httpd\", \"-f\", \"-p\", \"127.0.0.1:%d\"]\n"
          + "user = \"nobody\"\nready = { port = %<d }\n";

  private Installation machine;
  private Process up;
  private final StringBuffer told = new StringBuffer();

  @BeforeEach
  void install() throws Exception {
    machine = new Installation();
  }

  @AfterEach
  void endAll() throws Exception {
    if (up != null) {
      up.destroyForcibly().waitFor();
    }
    machine.close();
  }

  private static String shell(String script) {
    return "command = [\"/bin/busybox\", \"sh\", \"-c\", \"" + script + "\"]\nuser = \"nobody\"\n";
  }

  private void up(String... names) throws IOException {
    String[] line = Stream.concat(Stream.of("up"), Stream.of(names)).toArray(String[]::new);
    told.setLength(0);
    up = machine.startBrig(line);
    InputStream output = up.getInputStream();
    Thread.ofPlatform()
        .daemon(true)
        .start(
            () -> {
              try {
                byte[] bytes = new byte[4096];
                for (int count = output.read(bytes); count > 0; count = output.read(bytes)) {
                  told.append(new String(bytes, 0, count, StandardCharsets.UTF_8));
                }
              } catch (IOException e) {
                told.append(e);
              }
            });
  }

  private void await(String words) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (told.indexOf(words) < 0) {
      assertThat(System.nanoTime()).as("no \"%s\" in: %s", words, told).isLessThan(deadline);
      if (!up.isAlive()) {
        Thread.sleep(200);
        assertThat(told.toString()).contains(words);
      }
      Thread.sleep(10);
    }
  }

  private int stop(String signal) throws Exception {
    Installation.signal(up, signal);
    assertThat(up.waitFor(60, TimeUnit.SECONDS)).as(told.toString()).isTrue();
    return up.exitValue();
  }

  private RunState state(String jail) throws Exception {
    return RunState.read(machine.paths().state(jail));
  }

  private void nothingIsLeft(String... jails) throws Exception {
    for (String jail : jails) {
      assertThat(state(jail)).as(told.toString()).isNull();
    }
    assertThat(machine.brig("status").output()).doesNotContain("running");
  }

  @Test
  void aSetStartsInItsOrderAndOneCtrlCStopsAllInReverse() throws Exception {
    machine.jailfile("aaa", "after = [\"zzz\"]\n" + HTTPD.formatted(8081));
    machine.jailfile(
        "zzz",
        shell("echo zzz begins; exec /bin/busybox httpd -f -p 127.0.0.1:8082")
            + "ready = { port = 8082 }\n");

    up("aaa");
    await("aaa: ready");

    assertThat(told.indexOf("zzz: ready")).isNotNegative().isLessThan(told.indexOf("aaa: ready"));
    assertThat(told).contains("zzz | zzz begins\n");
    assertThat(machine.run(List.of("curl", "-si", "http://127.0.0.1:8081/")).output())
        .startsWith("HTTP/1.1 404");

    assertThat(stop("INT")).as(told.toString()).isZero();
    assertThat(told.indexOf("aaa: stopped"))
        .isNotNegative()
        .isLessThan(told.indexOf("zzz: stopped"));
    nothingIsLeft("aaa", "zzz");
  }

  private String called() throws Exception {
    String doors = machine.paths().writable("www") + "/run/hole";
    for (int tries = 0; ; tries++) {
      try {
        return new HoleClient(doors).call(HoleCall.run("echo")).output().utf8();
      } catch (IOException e) {
        assertThat(tries).as(told + ": " + e.getMessage()).isLessThan(300);
        Thread.sleep(100);
      }
    }
  }

  private ProcessHandle listener() {
    String words = "the listener of its holes: process ";
    int at = told.lastIndexOf(words) + words.length();
    String pid = told.substring(at).split("[^0-9]", 2)[0];
    return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
  }

  @Test
  void theListenerOfItsHolesBeginsWithTheJailIsBegunAgainTakenOverAndEndsWithIt() throws Exception {
    machine.jailfile("www", HTTPD.formatted(8081) + "[holes]\ntest = \"/run/hole\"\n");
    Files.writeString(
        Path.of(machine.paths().etc(), "test.hole.toml"),
        """
        callers = ["root"]
        user = "games"
        [jobs.echo]
        [[jobs.echo.steps]]
        role = "output"
        command = ["/bin/echo", "through"]
        """);
    up("www");
    await("the listener of its holes: process ");
    assertThat(called()).isEqualTo("through\n");

    assertThat(listener().destroyForcibly()).isTrue();
    await("the listener of its holes was killed by SIGKILL; started again in ");
    assertThat(called()).isEqualTo("through\n");

    up.destroyForcibly().waitFor();
    up("www");
    await(", taken over");
    await("the listener of its holes: process ");
    ProcessHandle listener = listener();
    assertThat(called()).isEqualTo("through\n");
    assertThat(stop("INT")).as(told.toString()).isZero();
    ProcessStatus left = ProcessStatus.of((int) listener.pid());
    assertThat(left == null || left.ended()).isTrue(); // it may not have been reaped yet
    assertThat(machine.brig("hole", "status", "www").status()).isEqualTo(1);
    nothingIsLeft("www");
  }

  @Test
  void whatDiesIsStartedAgainAndWhatIsStoppedByHandStays() throws Exception {
    machine.jailfile("www", "restart = \"on-failure\"\n" + HTTPD.formatted(8081));
    machine.jailfile("dying", "restart = \"always\"\n" + shell("echo I die; exit 3"));
    machine.jailfile("once", shell("echo I am done"));

    up();
    await("www: ready");
    await("once: exited with status 0");
    await("dying: exited with status 3");
    await("started again in 400 ms");
    assertThat(told).contains("started again in 200 ms").contains("dying | I die\n");

    int first = state("www").pid();
    ProcessHandle.of(first).orElseThrow().destroyForcibly();
    await("www: was killed by SIGKILL");
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (state("www") == null || state("www").pid() == first) {
      assertThat(System.nanoTime()).as(told.toString()).isLessThan(deadline);
      Thread.sleep(10);
    }
    assertThat(machine.brig("stop", "www").status()).isZero();
    await("www: was stopped by hand, and stays so");

    assertThat(stop("TERM")).as(told.toString()).isZero();
    nothingIsLeft("www", "dying", "once");
  }

  @Test
  void oneThatCannotStartEndsAllWithItsReason() throws Exception {
    machine.jailfile("first", HTTPD.formatted(8081));
    machine.jailfile(
        "second",
        "after = [\"first\"]\n" + shell("cat /etc/hostname; echo sh: not found >&2; exit 1"));

    up();
    await("second: exited with status 1");
    assertThat(up.waitFor(60, TimeUnit.SECONDS)).isTrue();

    assertThat(up.exitValue()).as(told.toString()).isEqualTo(111);
    assertThat(told)
        .contains("second | sh: not found\n")
        .contains("brig: second: the page shell tells of such a message. brig explain shell shows")
        .contains("brig: second: all others are stopped\n")
        .contains("brig: first: stopped\n");
    nothingIsLeft("first", "second");
  }

  @Test
  void aKilledUpLeavesServicesThatTheNextOneFinds() throws Exception {
    machine.jailfile("www", HTTPD.formatted(8081));
    up();
    await("www: ready");
    int pid = state("www").pid();

    up.destroyForcibly().waitFor();
    assertThat(ProcessHandle.of(pid)).isPresent();
    up();
    await("www: runs already, process " + pid + ", taken over");

    Process other = machine.startBrig("up");
    assertThat(new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .contains("cannot look after www: another brig up does.");
    assertThat(other.waitFor()).isEqualTo(111);

    assertThat(stop("INT")).as(told.toString()).isZero();
    ProcessStatus left = ProcessStatus.of(pid);
    assertThat(left == null || left.ended()).as("process %d", pid).isTrue();
    nothingIsLeft("www");
  }

  @Test
  void aHangupTakesOverWhatChangedAndNothingElse() throws Exception {
    machine.jailfile("same", HTTPD.formatted(8081));
    machine.jailfile("changed", HTTPD.formatted(8082));
    machine.jailfile("gone", HTTPD.formatted(8083));
    up();
    await("same: ready");
    await("changed: ready");
    await("gone: ready");
    int same = state("same").pid();
    int changed = state("changed").pid();

    machine.jailfile("changed", "commnd = []\n");
    Installation.signal(up, "HUP");
    await("brig: unknown key 'commnd'");
    await("nothing was changed");
    assertThat(state("changed").pid()).isEqualTo(changed);

    machine.jailfile("changed", HTTPD.formatted(8084));
    machine.jailfile("fresh", HTTPD.formatted(8085));
    Files.delete(Path.of(machine.paths().jailfile("gone")));
    Installation.signal(up, "HUP");
    await("fresh: ready");
    await("gone: stopped");

    assertThat(state("same").pid()).isEqualTo(same);
    assertThat(state("changed").pid()).isNotEqualTo(changed);
    assertThat(state("gone")).isNull();
    assertThat(stop("INT")).as(told.toString()).isZero();
    nothingIsLeft("same", "changed", "fresh");
  }

  @Test
  void aServiceSaysThatItIsReadyAndSendsToTheLogInItsOwnNameOnly() throws Exception {
    Path program = machine.home().resolve("notifier");
    Gcc.compile(
        program,
        """
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        #include <sys/socket.h>
        #include <sys/un.h>
        #include <unistd.h>
        static void tell(const char *path, const char *text) {
          struct sockaddr_un a = {AF_UNIX};
          strncpy(a.sun_path, path, sizeof a.sun_path - 1);
          int s = socket(AF_UNIX, SOCK_DGRAM, 0);
          if (connect(s, (void *) &a, sizeof a) || send(s, text, strlen(text), 0) < 0) perror(path);
        }
        int main() {
          tell("/dev/log", "<13>Jan  1 00:00:00 jail/other[1]: a\\nb");
          sleep(1);
          puts("says it"); fflush(stdout);
          tell(getenv("NOTIFY_SOCKET"), "STATUS=well\\nREADY=1");
          pause();
        }
        """,
        "-static");
    String jailfile =
        "command = [\"/bin/notifier\"]\nuser = \"nobody\"\nready = { notify = true%s }\n"
            + "[files]\nmap = { \"/bin/notifier\" = \"%s\" }\n[features]\nsyslog = true\n";
    machine.jailfile("news", jailfile.formatted("", program));
    up("--log-socket", machine.home() + "/nobody-listens");
    await("news: ready");
    assertThat(told.indexOf("says it")).isLessThan(told.indexOf("news: ready"));
    assertThat(told.toString())
        .containsPattern("news \\| syslog: [A-Z].* jail/news\\[\\d+]: jail/other\\[1]: a\\\\nb\n");
    assertThat(stop("INT")).as(told.toString()).isZero();

    machine.jailfile("news", jailfile.formatted(", timeout = \"300ms\", port = 99", program));
    up();
    await("brig: news: not ready after ");
    assertThat(told).contains("nothing of it listens on port 99; it has not said READY=1");
    assertThat(up.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(up.exitValue()).isEqualTo(111);
    nothingIsLeft("news");
  }

  @Test
  void whatTakesMoreMemoryOrTasksThanItsGroupIsHeld() throws Exception {
    machine.jailfile(
        "greedy",
        shell(
                "dd if=/dev/zero of=/dev/null bs=200M count=1; echo dd is gone; exec /bin/busybox"
                    + " sleep 1000")
            + "[limits]\nmemory = \"16M\"\n");
    machine.jailfile(
        "bomb",
        shell(
                "for i in 1 2 3 4 5 6 7 8 9 10 11 12; do /bin/busybox sleep 1000 & done; echo all"
                    + " are there; wait")
            + "[limits]\ntasks = 8\n");
    up("greedy");
    await("greedy | dd is gone");
    assertThat(stop("INT")).as(told.toString()).isZero();

    up("bomb");
    await("can't fork");
    assertThat(told).doesNotContain("all are there");
    if (up.isAlive()) {
      stop("INT");
    }
    nothingIsLeft("greedy", "bomb");
    String group = machine.paths().controlGroup("greedy");
    for (var tree : ControlGroups.all()) {
      assertThat(Path.of(tree.point(), group)).doesNotExist();
      assertThat(Path.of(tree.point(), machine.paths().controlGroup("bomb"))).doesNotExist();
    }
  }

  @Test
  void circlesAndMissingNamesAreToldBeforeAnythingStarts() throws Exception {
    machine.jailfile("a", "after = [\"b\", \"absent\"]\n" + HTTPD.formatted(8081));
    machine.jailfile("b", "after = [\"a\"]\n" + HTTPD.formatted(8082));

    Installation.Result refused = machine.brig("up");

    assertThat(refused.status()).isEqualTo(100);
    assertThat(refused.output())
        .contains("jails wait for each other: a after b after a.")
        .contains("there is no jail \"absent\" for a.")
        .contains("a.toml:1:15)");
    nothingIsLeft("a", "b");
  }
}
