package brig.cli.keep;

import static org.assertj.core.api.Assertions.assertThat;

import brig.cli.Cli;
import brig.launch.service.RunState;
import brig.linux.HostFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("root")
class RollbackAndRemoveTest {
  private static final String SLEEPER =
      """
      command = ["/bin/busybox", "sleep", "600"]
      user = "nobody"
      [files]
      writable = ["/var/lib/nap"]
      """;

  @TempDir Path home;
  private Cli cli;

  @BeforeEach
  void build() throws IOException {
    cli = new Cli(home);
    cli.jailfile("nap", SLEEPER);
    assertThat(cli.brig("build", "nap")).as(cli.err()).isZero();
  }

  @AfterEach
  void stop() throws IOException {
    cli.brig("stop", "nap");
    HostFiles.deleteTree(cli.paths.lib()); // JUnit warns of every link in it
  }

  private Path written(String name, String text) throws IOException {
    return Files.writeString(Path.of(cli.paths.writable("nap"), "var/lib/nap").resolve(name), text);
  }

  private int generationThatRuns() throws Exception {
    RunState state = RunState.read(cli.paths.state("nap"));
    assertThat(state).isNotNull();
    return state.generation();
  }

  @Test
  void rollbackTellsWhatItWentBackFromAndWhatRunsStill() throws Exception {
    cli.brig("build", "--again", "nap");
    assertThat(cli.brig("run", "-d", "nap")).as(cli.err()).isZero();
    assertThat(cli.brig("rollback", "nap")).as(cli.err()).isZero();
    assertThat(cli.out())
        .isEqualTo(
            """
            nap: generation 1 is current again (2 was before)
            nap: the service runs generation 2: stop and run it to change over
            nap: the next build or sync goes forward again; brig diff nap shows to what
            """);
    assertThat(cli.brig("rollback", "nap", "1")).isZero();
    assertThat(cli.out()).isEqualTo("nap: generation 1 is current already\n");
  }

  @Test
  void aJailThatWasRolledBackStartsAsItWasThen() throws Exception {
    cli.jailfile("nap", SLEEPER + "include = [\"/etc/hostname\"]\n[limits]\nopen_files = 77\n");
    cli.brig("build", "nap");
    cli.brig("rollback", "nap");
    assertThat(cli.brig("run", "-d", "nap")).as(cli.err()).isZero();
    assertThat(cli.err()).doesNotContain("the jailfile changed");
    assertThat(generationThatRuns()).isEqualTo(1);
    RunState state = RunState.read(cli.paths.state("nap"));
    assertThat(state).isNotNull();
    assertThat(Path.of("/proc/" + state.pid() + "/limits")).content().doesNotContain(" 77 ");
    cli.brig("stop", "nap");

    cli.jailfile("nap", SLEEPER + "include = [\"/etc/hosts\"]\n");
    assertThat(cli.brig("run", "-d", "nap")).as(cli.err()).isZero();
    assertThat(cli.err()).contains("nap: generation 3: ", "(the jailfile changed)");
    assertThat(generationThatRuns()).isEqualTo(3);
  }

  @Test
  void aGenerationIsANumber() {
    assertThat(cli.brig("rollback", "nap", "0")).isEqualTo(100);
    assertThat(cli.err())
        .isEqualTo("brig: a generation is a number from 1 on, not 0. brig list nap shows them.\n");
    assertThat(cli.brig("rollback", "nap", "-1")).isEqualTo(100);
    assertThat(cli.brig("rollback", "other")).isEqualTo(100);
    assertThat(cli.err()).startsWith("brig: there is no jail other.");
  }

  @Test
  void removeIsRefusedWhileItRuns() throws Exception {
    assertThat(cli.brig("run", "-d", "nap")).as(cli.err()).isZero();
    RunState state = RunState.read(cli.paths.state("nap"));
    assertThat(state).isNotNull();
    assertThat(cli.brig("remove", "--yes", "nap")).isEqualTo(111);
    assertThat(cli.err())
        .isEqualTo(
            "brig: cannot remove nap: it is running, pid "
                + state.pid()
                + ". Stop it first: brig stop nap.\n");
    assertThat(Path.of(cli.paths.current("nap"))).exists();
  }

  @Test
  void whoIsNotAskedKeepsWhatTheServiceHasWritten() throws Exception {
    Path orders = written("orders", "12345");
    assertThat(cli.brig("remove", "nap")).as(cli.err()).isZero();
    assertThat(cli.out())
        .isEqualTo(
            "nap: removed 1 generation\n"
                + "nap: what the service has written stays (1 file, 5 B): "
                + cli.paths.writable("nap")
                + "; brig remove --yes nap removes it too\n"
                + "nap: the jailfile stays: "
                + cli.paths.jailfile("nap")
                + "\n");
    assertThat(orders).hasContent("12345");
    assertThat(Path.of(cli.paths.current("nap"))).doesNotExist();
    assertThat(cli.brig("remove", "--yes", "nap")).as(cli.err()).isZero();
    assertThat(cli.out())
        .startsWith("nap: removed 0 generations, and what the service had written (1 file, 5 B)\n");
    assertThat(Path.of(cli.paths.jail("nap"))).doesNotExist();
    assertThat(Path.of(cli.paths.jailfile("nap"))).hasContent(SLEEPER.strip());
  }

  @Test
  void onlyAYesOfThePersonTakesIt() throws Exception {
    Path orders = written("orders", "12345");
    List<String> asked = new ArrayList<>();
    RemoveCommand no = new RemoveCommand((question, context) -> !asked.add(question));
    assertThat(cli.brig(no, "remove", "nap")).isZero();
    assertThat(asked)
        .containsExactly(
            "nap: remove what the service has written too (1 file, 5 B in "
                + cli.paths.writable("nap")
                + ")? [y/N] ");
    assertThat(orders).exists();
    RemoveCommand yes = new RemoveCommand((question, context) -> true);
    assertThat(cli.brig(yes, "remove", "nap")).isZero();
    assertThat(orders).doesNotExist();
  }

  @Test
  void keepDataAsksNothing() throws Exception {
    Path orders = written("orders", "12345");
    RemoveCommand never =
        new RemoveCommand(
            (question, context) -> {
              throw new AssertionError(question);
            });
    assertThat(cli.brig(never, "remove", "--keep-data", "nap")).isZero();
    assertThat(cli.out()).doesNotContain("--yes");
    assertThat(orders).exists();
    assertThat(cli.brig("remove", "--keep-data", "--yes", "nap")).isEqualTo(100);
    assertThat(cli.err())
        .isEqualTo(
            "brig: --yes and --keep-data say the opposite of each other. --keep-data alone asks"
                + " nothing either.\n");
  }

  @Test
  void whatWasNeverBuiltIsSaidToBe() throws Exception {
    cli.jailfile("fresh", SLEEPER);
    assertThat(cli.brig("remove", "fresh")).isEqualTo(100);
    assertThat(cli.err()).startsWith("brig: cannot remove fresh: there is nothing of it in ");
  }
}
