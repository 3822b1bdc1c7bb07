package brig.cli.hole;

import static org.assertj.core.api.Assertions.assertThat;

import brig.cli.Cli;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On this machine's own programs and accounts. */
@Tag("root")
class HoleCheckCommandTest {
  private static final String JAILFILE =
      "command = [\"/usr/bin/true\"]\nuser = \"www-data\"\n[holes]\nbudget = \"/run/hole\"\n";

  private static final String HOLE =
      """
      user = "nobody"
      [jobs.report]
      title = "Report"
      [[jobs.report.steps]]
      role = "output"
      command = ["/bin/echo"]
      """;

  @TempDir Path home;

  private Cli cli(String hole) throws Exception {
    Cli cli = new Cli(home);
    Files.writeString(Path.of(cli.paths.etc(), "www.toml"), JAILFILE);
    Files.writeString(Path.of(cli.paths.etc(), "budget.hole.toml"), hole);
    return cli;
  }

  @Test
  void aJailAHoleAFileOrNothingNamesWhatIsChecked() throws Exception {
    Cli cli = cli(HOLE);
    String file = cli.paths.etc() + "/budget.hole.toml";
    for (String named : new String[] {"www", "budget", file, cli.paths.etc() + "/www.toml"}) {
      assertThat(cli.brig("hole", "check", named)).as(named + cli.err() + cli.out()).isZero();
      assertThat(cli.out()).isEqualTo(file + ": 1 job, nothing wrong\n");
    }
    assertThat(cli.brig("hole", "check")).isZero();
    assertThat(cli.out()).isEqualTo(file + ": 1 job, nothing wrong\n");
  }

  @Test
  void aFileWithMistakesIsExit100AndTellsThemAll() throws Exception {
    Cli cli = cli("titl = 1\n" + HOLE.replace("nobody", "root"));
    String file = cli.paths.etc() + "/budget.hole.toml";
    assertThat(cli.brig("hole", "check", "www")).isEqualTo(100);
    assertThat(cli.out())
        .isEqualTo(
            "error: unknown key 'titl'. ("
                + file
                + ":1:1)\nerror: no step can run as root. Make an account for the program; a"
                + " visitor's values must not reach root. ("
                + file
                + ":2:8)\n");
  }

  @Test
  void aHostThatDoesNotFitIsExit1() throws Exception {
    Cli cli = cli(HOLE.replace("/bin/echo", "/bin/ecoh"));
    assertThat(cli.brig("hole", "check", "--json", "www")).isEqualTo(1);
    assertThat(cli.out())
        .isEqualToIgnoringWhitespace(
            """
            {"holes": [{
              "hole": "budget", "file": "%s/budget.hole.toml", "jobs": ["report"],
              "remarks": [{
                "weight": "error", "line": 6, "column": 12,
                "message": "there is no program /bin/ecoh" }]}]}
            """
                .formatted(cli.paths.etc()));
  }

  @Test
  void aHoleWithoutItsFileIsToldWithTheLineThatNamesIt() throws Exception {
    Cli cli = cli(HOLE);
    Files.delete(Path.of(cli.paths.etc(), "budget.hole.toml"));
    assertThat(cli.brig("hole", "check", "www")).isEqualTo(100);
    assertThat(cli.out())
        .isEqualTo(
            "error: there is no file %s/budget.hole.toml. docs/hole.md shows how one is written."
                    .formatted(cli.paths.etc())
                + " (%s/www.toml:4:1)\n".formatted(cli.paths.etc()));
  }
}
