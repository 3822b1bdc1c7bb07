package brig.cli.service;

import static org.assertj.core.api.Assertions.assertThat;

import brig.cli.Cli;
import brig.launch.service.RunState;
import brig.linux.ProcessStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code brig status} and {@code brig logs} print; a process of the test plays the service.
 */
class StatusAndLogsTextTest {
  @TempDir Path home;
  private Cli cli;
  private Process service;

  @BeforeEach
  void start() throws IOException {
    cli = new Cli(home);
    Files.createDirectories(Path.of(cli.paths.run()));
    cli.jailfile("www", "command = [\"/bin/true\"]\nuser = \"nobody\"\n");
    service = new ProcessBuilder("sleep", "60").start();
  }

  @AfterEach
  void end() throws InterruptedException {
    service.destroyForcibly().waitFor();
  }

  private void note(int generation) throws IOException {
    ProcessStatus process = ProcessStatus.of((int) service.pid());
    assertThat(process).isNotNull();
    new RunState(
            process.pid(),
            process.startTime(),
            RunState.currentBoot(),
            generation,
            1_700_000_000,
            0,
            home.toString(),
            0,
            "TERM",
            1000,
            true)
        .write(cli.paths.state("www"));
  }

  private void built(int current) throws IOException {
    Files.createDirectories(Path.of(cli.paths.generation("www", current), "root"));
    Path link = Path.of(cli.paths.current("www"));
    Files.deleteIfExists(link);
    Files.createSymbolicLink(link, Path.of("generations/" + current));
  }

  private String line(int number) {
    return cli.out().split("\n", -1)[number];
  }

  @Test
  void withoutJailsItSaysHowToMakeOne() throws IOException {
    Files.delete(Path.of(cli.paths.jailfile("www")));
    assertThat(cli.brig("status")).isZero();
    assertThat(cli.out()).isEqualTo("no jails; brig init makes one\n");
  }

  @Test
  void aJailThatWasNeverBuiltAndOneThatIsStopped() throws IOException {
    assertThat(cli.brig("status")).isZero();
    assertThat(line(0))
        .isEqualTo("NAME  STATE      PID  USER  GENERATION  SINCE  MEMORY  LISTENS ON");
    assertThat(line(1)).isEqualTo("www   not built  -    -     -           -      -       -");
    built(3);
    assertThat(cli.brig("status", "www")).as("it does not run").isEqualTo(1);
    assertThat(line(1)).isEqualTo("www   stopped  -    -     3           -      -       -");
  }

  @Test
  void aServiceThatRunsAnOlderGenerationIsTold() throws IOException {
    built(8);
    note(7);
    assertThat(cli.brig("status", "www")).as(cli.err()).isZero();
    assertThat(line(1))
        .matches("www +running +" + service.pid() + " +root +7 +2023-11-1\\d \\S+ +\\d+ KiB +-");
    assertThat(cli.out())
        .contains("www: runs generation 7, 8 is current: stop and run it to change over\n");
    note(8);
    cli.brig("status", "www");
    assertThat(cli.out()).doesNotContain("runs generation");
  }

  @Test
  void aStaleJailIsToldWithTheReason() throws IOException {
    built(1);
    Files.writeString(Path.of(cli.paths.generation("www", 1), "jailfile.toml"), "other");
    cli.brig("status");
    assertThat(cli.out()).endsWith("www is stale: the jailfile has changed\n");
    assertThat(cli.brig("status", "--json")).isZero();
    assertThat(cli.out())
        .contains("\"stale\" : true", "\"stale_because\" : \"the jailfile has changed\"");
  }

  @Test
  void oneThatDiedIsToldFromOneThatWasStopped() throws Exception {
    built(1);
    note(1);
    service.destroyForcibly().waitFor();
    assertThat(cli.brig("status", "www")).isEqualTo(1);
    assertThat(line(1)).startsWith("www   dead   -    -     1 ");
    assertThat(cli.out())
        .contains(
            "www: process "
                + service.pid()
                + " ended without brig stop; brig logs www shows its last words\n");
  }

  @Test
  void jsonOfWhatRuns() throws IOException {
    built(1);
    note(1);
    assertThat(cli.brig("status", "--json", "www")).isZero();
    assertThat(cli.out())
        .contains(
            "\"name\" : \"www\"",
            "\"state\" : \"running\"",
            "\"current_generation\" : 1",
            "\"pid\" : " + service.pid(),
            "\"user\" : \"root\"",
            "\"since\" : \"2023-11-14T22:13:20Z\"",
            "\"listening\" : [ ]",
            "\"replaced\" : [ ]");
  }

  @Test
  void aNameThatNobodyKnowsIsAMistake() {
    assertThat(cli.brig("status", "other")).isEqualTo(100);
    assertThat(cli.err())
        .isEqualTo(
            "brig: there is no jail other. brig status lists the jails; brig init makes one.\n");
  }

  private void printed(String text) throws IOException {
    Files.createDirectories(Path.of(cli.paths.jail("www")));
    Files.writeString(Path.of(cli.paths.outputLog("www")), text);
  }

  @Test
  void logsShowTheLastLinesAsTheyWerePrinted() throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 1; i <= 50; i++) {
      text.append("line ").append(i).append('\n');
    }
    printed(text.toString());
    assertThat(cli.brig("logs", "www")).isZero();
    assertThat(cli.out()).startsWith("line 11\n").endsWith("line 50\n");
    assertThat(cli.brig("logs", "-n", "2", "www")).isZero();
    assertThat(cli.out()).isEqualTo("line 49\nline 50\n");
    assertThat(cli.brig("logs", "-n", "0", "www")).isZero();
    assertThat(cli.out()).isEmpty();
    assertThat(cli.brig("logs", "-n", "-1", "www")).isEqualTo(100);
    assertThat(cli.err()).isEqualTo("brig: --lines takes a number of lines, not -1.\n");
  }

  @Test
  void logsOfWhatWasNeverDetachedSayWhyThereAreNone() {
    assertThat(cli.brig("logs", "www")).isZero();
    assertThat(cli.err()).isEqualTo("www has printed nothing: it was never run with -d\n");
  }

  @Test
  void onATerminalNoEscapeOfTheServiceGetsThrough() {
    byte[] hostile = "a\u001b]0;title\u0007\tb\nc\u202e\r".getBytes(StandardCharsets.UTF_8);
    assertThat(LogsCommand.harmless(hostile)).isEqualTo("a\\x1b]0;title\\x07\tb\nc\\u202e\\r");
  }
}
