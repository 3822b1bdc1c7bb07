package brig.plan;

import static brig.plan.Plans.content;
import static brig.plan.Plans.paths;
import static brig.plan.Plans.plan;
import static brig.plan.Plans.problems;
import static org.assertj.core.api.Assertions.assertThat;

import brig.report.BrigException;
import brig.testing.FakeHost;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What hardening = "strict" leaves out of a plan, and what it does not. */
class StrictPlanTest {
  private static final String STRICT =
      "command = [\"/usr/sbin/www\"]\nuser = \"www-data\"\nhardening = \"strict\"\n";

  @TempDir Path root;
  private FakeHost host;

  @BeforeEach
  void aHostWithTools() {
    host =
        FakeHost.bare(root)
            .program("/usr/sbin/www", "just bytes")
            .program("/usr/bin/dash", "a shell")
            .program("/usr/bin/x86_64-linux-gnu-gcc-12", "a compiler")
            .program("/usr/bin/perl5.36.0", "an interpreter")
            .program("/usr/bin/convert", "a program")
            .file("/usr/bin/python3.11", "not executable, so no program")
            .link("/usr/bin/sh", "dash")
            .link("/usr/bin/gcc", "x86_64-linux-gnu-gcc-12");
  }

  private static List<String> leftOut(Plan plan) {
    return plan.leftOut().stream()
        .map(left -> left.path() + ", " + left.because() + ": " + left.why().text())
        .toList();
  }

  @Test
  void shellsCompilersAndInterpretersDoNotComeWithTheirDirectory() throws BrigException {
    Plan plan = plan(host, STRICT + "[files]\ninclude = [\"/usr/bin\"]\n");
    assertThat(paths(plan))
        .contains("/usr/bin/convert", "/usr/bin/python3.11")
        .doesNotContain("/usr/bin/sh", "/usr/bin/dash", "/usr/bin/gcc", "/usr/bin/perl5.36.0");
    assertThat(plan.warnings()).isEmpty();
    assertThat(leftOut(plan))
        .containsExactly(
            "/usr/bin/dash, a shell, hardening = \"strict\": www.toml:5 -> in /usr/bin",
            "/usr/bin/perl5.36.0, an interpreter, hardening = \"strict\": www.toml:5 -> in"
                + " /usr/bin",
            "/usr/bin/x86_64-linux-gnu-gcc-12, a compiler or a part of one, hardening ="
                + " \"strict\": www.toml:5 -> in /usr/bin");
  }

  @Test
  void norWithAPattern() throws BrigException {
    Plan plan = plan(host, STRICT + "[files]\ninclude = [\"/usr/bin/*\"]\n");
    assertThat(paths(plan)).contains("/usr/bin/convert").doesNotContain("/usr/bin/dash");
  }

  @Test
  void whatAScriptNamesInItsFirstLineComesForThatReason() throws BrigException {
    host.program("/srv/cgi/a.cgi", "#!/usr/bin/sh\necho\n");
    Plan plan = plan(host, STRICT + "[files]\ninclude = [\"/srv/cgi\", \"/usr/bin\"]\n");
    assertThat(paths(plan)).contains("/usr/bin/sh", "/usr/bin/dash");
    assertThat(Plans.reasons(plan, "/usr/bin/dash"))
        .containsExactly("www.toml:5 -> in /srv/cgi -> /srv/cgi/a.cgi -> #!/usr/bin/sh");
    assertThat(leftOut(plan)).noneMatch(line -> line.startsWith("/usr/bin/dash"));
  }

  @Test
  void whatIsNamedByItselfComes() throws BrigException {
    assertThat(paths(plan(host, STRICT + "[files]\nprograms = [\"/usr/bin/sh\"]\n")))
        .contains("/usr/bin/dash");
    assertThat(paths(plan(host, STRICT + "[files]\ninclude = [\"/usr/bin/dash\"]\n")))
        .contains("/usr/bin/dash");
  }

  @Test
  void aCompilerIsRefusedWhoeverAsksForIt() throws BrigException {
    assertThat(problems(host, STRICT + "[files]\nprograms = [\"/usr/bin/gcc\"]\n"))
        .containsExactly(
            "cannot bring /usr/bin/x86_64-linux-gnu-gcc-12 into the jail: www.toml:5: hardening ="
                + " \"strict\" has no compilers, nor parts of one. Take it out, or choose"
                + " \"standard\". (www.toml:5:13)");
    host.program("/srv/a", "#!/usr/bin/gcc\n");
    assertThat(problems(host, STRICT + "[files]\nprograms = [\"/srv/a\"]\n").getFirst())
        .contains("www.toml:5 -> /srv/a -> #!/usr/bin/gcc");
  }

  @Test
  void theLevelStandardTakesThemAll() throws BrigException {
    Plan plan = plan(host, Plans.SERVICE + "[files]\ninclude = [\"/usr/bin\"]\n");
    assertThat(paths(plan)).contains("/usr/bin/sh", "/usr/bin/gcc", "/usr/bin/perl5.36.0");
    assertThat(plan.leftOut()).isEmpty();
  }

  @Test
  void onlyNamedPlacesCanBeWrittenTo() throws BrigException {
    assertThat(paths(plan(host, STRICT))).doesNotContain("/tmp", "/var/tmp", "/run", "/var/run");
    assertThat(paths(plan(host, STRICT + "[files]\ntemporary = [\"/run\"]\n")))
        .contains("/run", "/var/run")
        .doesNotContain("/tmp");
  }

  @Test
  void accountsTellNothingOfTheirPeople() throws BrigException {
    assertThat(content(plan(host, STRICT + "[accounts]\nusers = [\"ann\"]\n"), "/etc/passwd"))
        .isEqualTo(
            "www-data:x:33:33::/var/www:/bin/false\nann:x:1000:1000::/home/ann:/bin/false\n");
  }

  @Test
  void whatExcludeLeavesOutIsToldDirectoriesAsOne() throws BrigException {
    host.file("/srv/site/index.html", "x").file("/srv/site/.git/config", "x");
    Plan plan =
        plan(
            host,
            Plans.SERVICE
                + "[files]\n"
                + "include = [\"/srv/site\"]\n"
                + "exclude = [\"/srv/**/.git\", \"/nothing\"]\n");
    assertThat(paths(plan)).contains("/srv/site/index.html").noneMatch(p -> p.contains(".git"));
    assertThat(leftOut(plan))
        .containsExactly(
            "/srv/site/.git, exclude \"/srv/**/.git\" (www.toml:5:12): www.toml:4 -> in /srv/site");
  }

  @Test
  void setIdProgramsDoNotComeWithTheirDirectory() {
    FileStat stat = new FileStat(FileStat.Type.FILE, 04755, 0, 0, 1, 1, 1, 1, 0, 0, 0);
    assertThat(Tools.kind("/usr/bin/su", stat)).isEqualTo("a set-id program");
    assertThat(Tools.kind("/usr/bin/ksh93", stat)).isEqualTo("a shell");
    assertThat(Tools.kind("/usr/bin/python3.11", stat)).isEqualTo("an interpreter");
    assertThat(Tools.kind("/usr/bin/php8.2", stat)).isEqualTo("an interpreter");
    assertThat(Tools.kind("/usr/bin/ld.gold", stat)).isEqualTo("a compiler or a part of one");
    FileStat plain = new FileStat(FileStat.Type.FILE, 0755, 0, 0, 1, 1, 1, 1, 0, 0, 0);
    assertThat(Tools.kind("/usr/bin/su", plain)).isNull();
    assertThat(Tools.kind("/usr/bin/shred", plain)).isNull();
  }
}
