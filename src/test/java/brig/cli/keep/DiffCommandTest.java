package brig.cli.keep;

import static org.assertj.core.api.Assertions.assertThat;

import brig.cli.Cli;
import brig.linux.HostFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("root")
class DiffCommandTest {
  @TempDir Path home;
  private Cli cli;
  private Path site;

  @BeforeEach
  void build() throws IOException {
    cli = new Cli(home.resolve("brig"));
    site = Files.createDirectories(home.resolve("site"));
    Files.writeString(site.resolve("a.html"), "one");
    Files.writeString(site.resolve("b.html"), "two");
    jailfile("");
    assertThat(cli.brig("build", "nap")).as(cli.err()).isZero();
  }

  @AfterEach
  void remove() throws IOException {
    HostFiles.deleteTree(cli.paths.lib()); // JUnit warns of every link in it
  }

  private void jailfile(String more) throws IOException {
    cli.jailfile(
        "nap",
        "command = [\"/bin/busybox\", \"sleep\", \"600\"]\nuser = \"nobody\"\n[files]\n"
            + "include = [\""
            + site
            + "\"]\n"
            + more);
  }

  @Test
  void nothingChangedIsNoDifferenceAndExitsWithZero() {
    assertThat(cli.brig("diff", "nap")).as(cli.err()).isZero();
    assertThat(cli.out())
        .isEqualTo("nap: generation 1, and what a sync would make now: no difference\n");
    assertThat(Path.of(cli.paths.generation("nap", 2))).doesNotExist();
  }

  @Test
  void everyKindOfChangeIsToldWithItsCauseAndNothingIsWritten() throws Exception {
    Files.writeString(site.resolve("a.html"), "three");
    Files.delete(site.resolve("b.html"));
    Files.writeString(site.resolve("c.html"), "new");
    jailfile("directories = [\"/mnt\"]\n");
    Path jailed = Path.of(cli.paths.current("nap"), "root", site.toString(), "a.html");
    Files.writeString(jailed, "drifted");
    assertThat(cli.brig("diff", "nap")).isEqualTo(1);
    String because = "nap.toml:4 -> in " + site;
    assertThat(cli.out())
        .isEqualTo(
            "nap: generation 1, and what a sync would make now:\n"
                + "~ the jailfile has changed\n"
                + "+ /mnt: new directory: nap.toml:5\n"
                + ("~ " + site + "/a.html: changed on the host (3 B becomes 5 B)\n")
                + ("- " + site + "/b.html: gone from the host\n")
                + ("+ " + site + "/c.html: new file: " + because + "\n")
                + ("! " + site + "/a.html: in the jail itself: size 7, built as 3\n"));
    assertThat(jailed).hasContent("drifted");
    assertThat(Path.of(cli.paths.generation("nap", 2))).doesNotExist();
  }

  @Test
  void aChangeOfOneByteIsFoundThoughSizeAndTimeAreTheSame() throws Exception {
    FileTime time = Files.getLastModifiedTime(site.resolve("a.html"));
    Files.writeString(site.resolve("a.html"), "onf");
    Files.setLastModifiedTime(site.resolve("a.html"), time);
    assertThat(cli.brig("diff", "nap")).isEqualTo(1);
    assertThat(cli.out()).endsWith("~ " + site + "/a.html: changed on the host (the same size)\n");
  }

  @Test
  void aJailfileThatChangesNoFileIsADifferenceAllTheSame() throws Exception {
    jailfile("[limits]\nopen_files = 99\n");
    assertThat(cli.brig("diff", "nap")).isEqualTo(1);
    assertThat(cli.out())
        .endsWith("now:\n~ the jailfile has changed, and no file of the jail by it\n");
  }

  @Test
  void twoGenerationsAreComparedWithoutTheHost() throws Exception {
    Files.writeString(site.resolve("a.html"), "three");
    assertThat(cli.brig("build", "nap")).isZero();
    Files.writeString(site.resolve("a.html"), "host has changed again");
    assertThat(cli.brig("diff", "--from", "1", "--to", "2", "nap")).isEqualTo(1);
    assertThat(cli.out())
        .isEqualTo(
            "nap: generations 1 and 2:\n"
                + ("~ " + site + "/a.html: changed on the host (3 B becomes 5 B)\n"));
    assertThat(cli.brig("diff", "--from", "2", "--to", "2", "nap")).isZero();
  }

  @Test
  void jsonSaysTheSame() throws Exception {
    Files.writeString(site.resolve("a.html"), "three");
    assertThat(cli.brig("diff", "--json", "nap")).isEqualTo(1);
    assertThat(cli.out())
        .contains(
            "\"jail\" : \"nap\"",
            "\"from\" : 1",
            "\"to\" : null",
            "\"jailfile_changed\" : false",
            "\"path\" : \"" + site + "/a.html\"",
            "\"change\" : \"changed\"",
            "\"content\"",
            "\"text\" : \"changed on the host (3 B becomes 5 B)\"",
            "\"drift\" : [ ]");
  }

  @Test
  void aGenerationThatIsNotThereIsRefused() throws Exception {
    assertThat(cli.brig("diff", "--from", "4", "nap")).isEqualTo(100);
    assertThat(cli.err())
        .isEqualTo("brig: there is no generation 4 of nap. There are: 1; 1 is current.\n");
    cli.jailfile("fresh", "command = [\"/bin/true\"]\nuser = \"nobody\"\n");
    assertThat(cli.brig("diff", "fresh")).isEqualTo(100);
    assertThat(cli.err())
        .isEqualTo(
            "brig: cannot compare fresh: it was never built."
                + " brig plan fresh shows what a build would make.\n");
  }
}
