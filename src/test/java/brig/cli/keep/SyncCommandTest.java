package brig.cli.keep;

import static org.assertj.core.api.Assertions.assertThat;

import brig.cli.Cli;
import brig.launch.service.RunState;
import brig.linux.HostFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("root")
class SyncCommandTest {
  @TempDir Path home;
  private Cli cli;
  private Path site;

  @BeforeEach
  void makeJails() throws IOException {
    cli = new Cli(home.resolve("brig"));
    site = Files.createDirectory(home.resolve("site"));
    Files.writeString(site.resolve("page"), "one");
    Files.writeString(site.resolve("other"), "other");
    for (String name : new String[] {"one", "two", "never"}) {
      cli.jailfile(
          name,
          "command = [\"/bin/busybox\", \"sleep\", \"600\"]\nuser = \"nobody\"\n[files]\n"
              + "include = [\""
              + site
              + "\"]\n");
    }
    for (String name : new String[] {"one", "two"}) {
      assertThat(cli.brig("build", name)).as(cli.err()).isZero();
    }
  }

  @AfterEach
  void stop() throws IOException {
    cli.brig("stop", "one");
    HostFiles.deleteTree(cli.paths.lib()); // JUnit warns of every link in it
  }

  @Test
  void allJailsThatWereBuiltAreSyncedAndTheRestAreNotBuilt() throws Exception {
    assertThat(cli.brig("sync", "--all")).as(cli.err()).isZero();
    assertThat(cli.out())
        .isEqualTo("one: nothing changed (generation 1)\ntwo: nothing changed (generation 1)\n");
    Files.writeString(site.resolve("page"), "another");
    assertThat(cli.brig("sync", "--all")).as(cli.err()).isZero();
    assertThat(cli.out())
        .matches(
            "one: generation 2: 1 change to generation 1, \\d+ files, in \\d+ ms\n"
                + "two: generation 2: 1 change to generation 1, \\d+ files, in \\d+ ms\n");
    assertThat(Path.of(cli.paths.jail("never"))).doesNotExist();
    assertThat(Path.of(cli.paths.current("two") + "/root" + site + "/page")).hasContent("another");
  }

  @Test
  void aDryRunTellsWhatWouldChangeAndWritesNothing() throws Exception {
    assertThat(cli.brig("sync", "--dry-run", "one")).as(cli.err()).isZero();
    assertThat(cli.out()).isEqualTo("one: nothing would change (generation 1)\n");
    Files.writeString(site.resolve("page"), "another");
    Files.delete(site.resolve("other"));
    assertThat(cli.brig("sync", "--dry-run", "one")).as(cli.err()).isZero();
    assertThat(cli.out()).isEqualTo("one: 2 changes\n  " + site + "/other\n  " + site + "/page\n");
    assertThat(Path.of(cli.paths.generation("one", 2))).doesNotExist();
    assertThat(Path.of(cli.paths.current("one") + "/root" + site + "/page")).hasContent("one");
  }

  @Test
  void scriptsGetJson() throws Exception {
    Files.writeString(site.resolve("page"), "another");
    assertThat(cli.brig("sync", "--json", "one")).as(cli.err()).isZero();
    assertThat(cli.out().replaceAll("\\s+", ""))
        .isEqualTo(
            "{\"jails\":[{\"name\":\"one\",\"result\":\"synced\",\"generation\":2,\"paths\":[\""
                + site
                + "/page\"]}]}");
  }

  @Test
  void oneThatFailsHoldsUpNoneOfTheOthers() throws Exception {
    cli.jailfile("one", "comand = 1\n");
    Files.writeString(site.resolve("page"), "another");
    assertThat(cli.brig("sync", "--all")).isEqualTo(100);
    assertThat(cli.err()).contains("comand");
    assertThat(cli.out()).startsWith("two: generation 2: 1 change to generation 1");
  }

  @Test
  void whatWasNeverBuiltIsAnErrorByName() throws Exception {
    assertThat(cli.brig("sync", "never")).isEqualTo(100);
    assertThat(cli.err())
        .isEqualTo("brig: cannot sync never: it was never built. brig build never does.\n");
  }

  @Test
  void aServiceThatRunsTheOldGenerationIsTold() throws Exception {
    assertThat(cli.brig("run", "-d", "one")).as(cli.err()).isZero();
    Files.writeString(site.resolve("page"), "another");
    assertThat(cli.brig("sync", "one")).as(cli.err()).isZero();
    assertThat(cli.out())
        .contains(
            "one: the service runs generation 1 and wants a restart: brig stop one && brig run -d"
                + " one");
  }

  @Test
  void aRestartKeepsTheArgumentsThatTheServiceWasStartedWith() throws Exception {
    Path jailfile = Path.of(cli.paths.jailfile("one"));
    Files.writeString(jailfile, "on_sync = \"restart\"\n" + Files.readString(jailfile));
    assertThat(cli.brig("run", "-d", "one", "--", "7", "8")).as(cli.err()).isZero();
    int before = pid();
    Files.writeString(site.resolve("page"), "another");
    assertThat(cli.brig("sync", "one")).as(cli.err()).isZero();
    assertThat(pid()).isNotEqualTo(before);
    assertThat(Files.readString(Path.of("/proc/" + pid() + "/cmdline")).split("\0"))
        .containsExactly("/bin/busybox", "sleep", "600", "7", "8");
  }

  private int pid() throws Exception {
    return Objects.requireNonNull(RunState.read(cli.paths.state("one"))).pid();
  }

  @Test
  void namesAndAllAreOneOfTheTwo() throws Exception {
    assertThat(cli.brig("sync")).isEqualTo(100);
    assertThat(cli.brig("sync", "--all", "one")).isEqualTo(100);
    assertThat(cli.err()).contains("brig sync takes names of jails or --all, one of the two");
  }
}
