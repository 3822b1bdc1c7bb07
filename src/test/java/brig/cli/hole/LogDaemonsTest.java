package brig.cli.hole;

import static org.assertj.core.api.Assertions.assertThat;

import brig.cli.Installation;
import brig.hole.client.HoleAnswer;
import brig.hole.client.HoleCall;
import brig.hole.client.HoleClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The audit log in Debian's rsyslogd and systemd-journald. Each listens where it always does, in a
 * mount namespace in which /dev and /run are directories of the test's.
 */
@Tag("service")
class LogDaemonsTest {
  private static final String HOLE =
      """
      callers = ["root"]
      user = "nobody"
      log_required = true
      [jobs.say]
      title = "Say"
      audit = "values"
      fields = [
        { name = "word", type = "text", label = "word", max = 60000 },
        { name = "key", type = "secret", label = "key" },
      ]
      [[jobs.say.steps]]
      role = "output"
      command = ["/bin/echo", "{word}"]
      """;

  /** Makes the two directories, then becomes its arguments. */
  private static final String APART =
      "mount -t tmpfs none HERE/dev; for n in null zero full random urandom; do"
          + " touch HERE/dev/$n; mount --bind /dev/$n HERE/dev/$n; done;"
          + " ln -s HERE/log HERE/dev/log; mount --rbind HERE/dev /dev; mount --bind HERE/run /run;"
          + " mount --bind HERE/machine /etc/machine-id; exec \"$@\"";

  private final List<Process> started = new ArrayList<>();
  private Installation machine;
  private Path home;
  private Path doors;

  @BeforeEach
  void install() throws Exception {
    machine = new Installation();
    home = machine.home();
    Files.createDirectory(home.resolve("dev"));
    Files.createDirectories(home.resolve("run/systemd/journal"));
    Files.createDirectories(home.resolve("run/log/journal"));
    Files.writeString(home.resolve("machine"), "0123456789abcdef0123456789abcdef\n");
    doors = Files.createDirectory(home.resolve("doors"));
    Files.writeString(home.resolve("t.hole.toml"), HOLE);
  }

  @AfterEach
  void endAll() throws Exception {
    for (Process process : started.reversed()) {
      process.destroy();
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    }
    machine.close();
  }

  private Process start(List<String> command) throws Exception {
    Process process = machine.start(command);
    started.add(process);
    return process;
  }

  private Process startApart(List<String> command) throws Exception {
    List<String> line =
        new ArrayList<>(
            List.of("unshare", "-m", "sh", "-c", APART.replace("HERE", home.toString()), "sh"));
    line.addAll(command);
    return start(line);
  }

  private void serve(String log) throws Exception {
    Process serving =
        startApart(
            Installation.commandLine(
                "hole", "serve", home + "/t.hole.toml", "--at", doors.toString(), "--log", log));
    Installation.readUntil(serving, "hole t is open in ");
  }

  private HoleAnswer say(String word) throws Exception {
    return new HoleClient(doors.toString())
        .call(HoleCall.run("say").with("word", word).with("key", "sesame"));
  }

  private Process rsyslogd() throws Exception {
    Path configuration = home.resolve("rsyslog.conf");
    Files.writeString(
        configuration,
        "module(load=\"imuxsock\" SysSock.Use=\"off\")\n"
            + ("input(type=\"imuxsock\" Socket=\"" + home + "/log\")\n")
            + "template(name=\"t\" type=\"string\""
            + " string=\"%syslogfacility-text%.%syslogseverity-text% %programname%"
            + " %procid%:%msg%\\n"
            + "\")\n"
            + ("*.* action(type=\"omfile\" template=\"t\" file=\"" + home + "/taken\")\n"));
    Process rsyslogd =
        start(
            List.of("rsyslogd", "-n", "-f", configuration.toString(), "-i", home + "/rsyslog.pid"));
    await(() -> Files.exists(home.resolve("log")), "rsyslogd made no socket");
    return rsyslogd;
  }

  @Test
  void rsyslogdTakesEachRecordWholeAndOneThatWasStartedAnewGoesOn() throws Exception {
    Process first = rsyslogd();
    serve("syslog");
    assertThat(say("two\u00e9 words").output().utf8()).isEqualTo("two\u00e9 words\n");
    Path taken = home.resolve("taken");
    await(() -> Files.exists(taken) && Files.readString(taken).contains("\"ended\""), "no record");
    assertThat(Files.readString(taken))
        .containsPattern(
            "(?m)^authpriv.info brig-hole \\d+: \\{\"time\":\"[^\"]+\",\"event\":\"open\"")
        .containsPattern(
            "(?m)^authpriv.info brig-hole \\d+:"
                + " \\{.*\"event\":\"started\".*\"job\":\"say\",\"values\":\\{\"word\":\"two\\\\u00E9"
                + " words\"}}$")
        .doesNotContain("sesame");
    assertThat(say("x".repeat(60_000)).end().reason().word()).isEqualTo("done");
    await(() -> Files.readString(taken).contains("xxx...\"},\"cut\":true}\n"), "no long record");

    first.destroy();
    first.waitFor();
    Files.deleteIfExists(home.resolve("log"));
    assertThat(say("unheard").end().reason().word()).isEqualTo("unavailable");
    rsyslogd();
    await(() -> say("heard").end().reason().word().equals("done"), "it is not found again");
    await(
        () -> Files.readString(taken).contains("{\"word\":\"heard\"}}\n"), "no record after that");
    assertThat(Files.readString(taken)).doesNotContain("unheard");
  }

  @Test
  void journaldTakesEachRecordAsAMessage() throws Exception {
    startApart(List.of("/lib/systemd/systemd-journald"));
    await(
        () -> Files.exists(home.resolve("run/systemd/journal/socket")), "journald made no socket");
    serve("journald");
    assertThat(say("two\u00e9 words").end().reason().word()).isEqualTo("done");
    assertThat(say("x".repeat(60_000)).end().reason().word()).isEqualTo("done");
    List<String> read =
        List.of(
            "journalctl",
            "--no-pager",
            "-a",
            "-o",
            "cat",
            "-D",
            home + "/run/log/journal",
            "-t",
            "brig-hole",
            "SYSLOG_FACILITY=10",
            "PRIORITY=6");
    await(
        () -> machine.run(read).output().split("\"event\":\"ended\"", -1).length == 3,
        "no records in the journal");
    assertThat(machine.run(read).output())
        .containsPattern(
            "(?m)^\\{.*\"event\":\"started\".*\"values\":\\{\"word\":\"two\\\\u00E9 words\"}}$")
        .containsPattern("(?m)^\\{.*\"word\":\"x{60000}\"}}$")
        .doesNotContain("sesame");
  }

  @Test
  void withoutItsDaemonTheListenerDoesNotStart() throws Exception {
    Process serving =
        startApart(
            Installation.commandLine(
                "hole",
                "serve",
                home + "/t.hole.toml",
                "--at",
                doors.toString(),
                "--log",
                "syslog"));
    assertThat(new String(serving.getInputStream().readAllBytes()))
        .contains(
            "cannot open the log syslog: ENOENT (No such file or directory)",
            "Its daemon must run first; or give --log a path.");
    assertThat(serving.waitFor()).isEqualTo(111);
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void await(Condition condition, String otherwise) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!condition.holds()) {
      assertThat(System.nanoTime()).as(otherwise).isLessThan(deadline);
      Thread.sleep(50);
    }
  }
}
