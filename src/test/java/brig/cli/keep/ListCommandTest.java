package brig.cli.keep;

import static org.assertj.core.api.Assertions.assertThat;

import brig.cli.Cli;
import brig.linux.HostFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("root")
class ListCommandTest {
  private static final String TIME = "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d";

  @TempDir Path home;
  private Cli cli;
  private Path site;

  @BeforeEach
  void makeJails() throws IOException {
    cli = new Cli(home.resolve("brig"));
    site = Files.writeString(home.resolve("page"), "one");
    cli.jailfile(
        "nap",
        "command = [\"/bin/busybox\", \"sleep\", \"600\"]\nuser = \"nobody\"\n[files]\n"
            + "include = [\""
            + site
            + "\"]\n");
  }

  @AfterEach
  void stop() throws IOException {
    cli.brig("stop", "nap");
    HostFiles.deleteTree(cli.paths.lib()); // JUnit warns of every link in it
  }

  private void build() {
    assertThat(cli.brig("build", "nap")).as(cli.err()).isZero();
  }

  @Test
  void withoutJailsItSaysHowToMakeOne() throws IOException {
    Files.delete(Path.of(cli.paths.jailfile("nap")));
    assertThat(cli.brig("list")).isZero();
    assertThat(cli.out()).isEqualTo("no jails; brig init makes one\n");
  }

  @Test
  void eachJailHasALineWhateverItsState() throws Exception {
    build();
    assertThat(cli.brig("run", "-d", "nap")).as(cli.err()).isZero();
    Files.writeString(site, "two and more");
    cli.jailfile("broken", "comand = 1\n");
    assertThat(cli.brig("list")).as(cli.err()).isZero();
    String[] lines = cli.out().split("\n", -1);
    assertThat(lines[0]).matches("NAME +MODE +STATE +CURRENT +RUNS +FILES +SIZE +BUILT +STALE");
    assertThat(lines[1]).matches("broken +\\? +not built +- +- +- +- +- +-");
    assertThat(lines[2])
        .matches("nap +copy +running +1 +1 +\\d+ +[0-9.]+ [kM]B +" + TIME + " +yes");
    assertThat(lines[3])
        .isEqualTo("nap is stale: the host has changed: " + site + "; brig diff nap");
  }

  @Test
  void whatWasJustBuiltIsNotStaleAndAChangedJailfileMakesItSo() throws Exception {
    build();
    cli.brig("list");
    assertThat(cli.out()).endsWith(" no\n");
    cli.jailfile("nap", "command = [\"/bin/busybox\", \"sleep\", \"700\"]\nuser = \"nobody\"\n");
    cli.brig("list");
    assertThat(cli.out()).endsWith("nap is stale: the jailfile has changed; brig diff nap\n");
  }

  @Test
  void theGenerationsOfOneJailTellWhyEachWasMade() throws Exception {
    build();
    assertThat(cli.brig("run", "-d", "nap")).as(cli.err()).isZero();
    Files.writeString(site, "two and more");
    build();
    assertThat(cli.brig("list", "nap")).as(cli.err()).isZero();
    String[] lines = cli.out().split("\n", -1);
    assertThat(lines[0])
        .matches("GENERATION +BUILT +FILES +LINKS +SIZE +IS +DIFFERS FROM THE ONE BEFORE");
    assertThat(lines[1]).matches("2 +" + TIME + " +\\d+ +\\d+ +\\S+ [kM]B +current +1 changed");
    assertThat(lines[2]).matches("1 +" + TIME + " +\\d+ +\\d+ +\\S+ [kM]B +running +the first");
  }

  @Test
  void jsonHasTheSame() throws Exception {
    build();
    assertThat(cli.brig("list", "--json")).isZero();
    assertThat(cli.out())
        .contains(
            "\"name\" : \"nap\"",
            "\"mode\" : \"copy\"",
            "\"state\" : \"stopped\"",
            "\"current_generation\" : 1",
            "\"running_generation\" : 0",
            "\"stale\" : false",
            "\"stale_because\" : null");
    assertThat(cli.brig("list", "--json", "nap")).isZero();
    assertThat(cli.out())
        .contains(
            "\"jail\" : \"nap\"",
            "\"number\" : 1",
            "\"current\" : true",
            "\"running\" : false",
            "\"differs\" : \"the first\"");
  }

  @Test
  void oneThatWasNeverBuiltIsSaidToBe() {
    assertThat(cli.brig("list", "nap")).isZero();
    assertThat(cli.out()).isEqualTo("nap was never built; brig build nap does\n");
    assertThat(cli.brig("list", "other")).isEqualTo(100);
  }
}
