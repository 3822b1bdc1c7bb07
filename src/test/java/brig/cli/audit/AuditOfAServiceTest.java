package brig.cli.audit;

import static org.assertj.core.api.Assertions.assertThat;

import brig.cli.Cli;
import brig.linux.HostFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Brig itself starts stands up to its own audit. */
@Tag("root")
class AuditOfAServiceTest {
  @TempDir Path home;
  private Cli cli;

  @BeforeEach
  void run() throws IOException {
    cli = new Cli(home);
    Path program = Files.copy(Path.of("/bin/busybox"), home.resolve("sleep"));
    // Not named as a shell, and one byte longer than the host's busybox, which the rule knows.
    Files.write(program, new byte[1], StandardOpenOption.APPEND);
    cli.jailfile(
        "nap",
        """
        command = ["/opt/sleep", "600"]
        user = "4322"
        group = "4322"
        [files]
        map = { "/opt/sleep" = "%s" }
        writable = ["/var/lib/nap"]
        """
            .formatted(program));
    assertThat(cli.brig("run", "-d", "nap")).as(cli.err()).isZero();
  }

  @AfterEach
  void stop() throws IOException {
    cli.brig("stop", "nap");
    HostFiles.deleteTree(cli.paths.lib());
  }

  @Test
  void aRunningServiceHasNoFindings() {
    assertThat(cli.brig("audit", "--fail-on", "low", "nap")).as(cli.out()).isZero();
    assertThat(cli.out()).contains(", 1 process\n", "nap: no findings\n");
  }

  @Test
  void whatTheServicePutsIntoItsPlaceIsLookedAtAndNoStranger() throws IOException {
    Path place = Path.of(cli.paths.writable("nap"), "var/lib/nap");
    Files.writeString(place.resolve("data"), "its own");
    assertThat(cli.brig("audit", "--fail-on", "low", "nap")).as(cli.out()).isZero();
    Files.createSymbolicLink(place.resolve("trap"), Path.of("/etc/shadow"));
    Files.copy(Path.of("/bin/dash"), place.resolve("x"));
    assertThat(cli.brig("audit", "nap")).isEqualTo(1);
    assertThat(cli.out())
        .contains(
            "/var/lib/nap/trap leads to /etc/shadow, for a reader outside",
            "/var/lib/nap/x can be run by what is in the jail, and is the host's /bin/dash under")
        .doesNotContain("stranger");
  }

  @Test
  void allAuditsWhatIsBuilt() throws IOException {
    cli.jailfile("unbuilt", "command = [\"/bin/true\"]\nuser = \"nobody\"\n");
    assertThat(cli.brig("audit", "--all")).as(cli.err()).isZero();
    assertThat(cli.out()).contains("nap: no findings").doesNotContain("unbuilt");
  }

  @Test
  void aJailThatCannotBeAuditedKeepsNoneOfTheOthersFromIt() throws IOException {
    cli.jailfile("other", "command = [\"/bin/true\"]\nuser = \"4322\"\ngroup = \"4322\"\n");
    assertThat(cli.brig("build", "other")).as(cli.err()).isZero();
    Files.writeString(Path.of(cli.paths.generation("other", 1), "manifest.json"), "{}");
    assertThat(cli.brig("audit", "--all")).isEqualTo(111);
    assertThat(cli.out()).contains("nap: no findings").doesNotContain("other");
    assertThat(cli.err()).contains("cannot read the manifest ");
  }
}
