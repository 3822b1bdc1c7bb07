package brig.cli.plan;

import static org.assertj.core.api.Assertions.assertThat;

import brig.cli.Cli;
import brig.testing.FakeHost;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code brig plan} and {@code brig why} print, of a host that the test makes. */
class PlanAndWhyTextTest {
  @TempDir Path home;
  private Cli cli;
  private FakeHost host;

  @BeforeEach
  void aHostWithAServiceAndASite() throws IOException {
    host =
        FakeHost.bare(home.resolve("host"))
            .program("/usr/sbin/www", "just bytes")
            .file("/srv/site/index.html", "hello")
            .file("/srv/site/b\u001b[31m\n.html", "x".repeat(20_000))
            .file("/srv/site/old.bak", "old")
            .link("/srv/site/start", "index.html");
    cli = new Cli(home.resolve("brig"), host);
    cli.jailfile(
        "www",
        """
        command = ["/usr/sbin/www"]
        user = "www-data"
        [files]
        include = ["/srv/site"]
        exclude = ["/srv/site/*.bak"]
        writable = ["/var/lib/www"]
        """);
  }

  @Test
  void theSummaryCountsBySourceAndListsWhatIsSpecial() {
    assertThat(cli.brig("plan", "www")).as(cli.err()).isZero();
    assertThat(cli.out())
        .startsWith("www: 6 files, 2 links, ")
        .contains("; runs as uid 33, gid 33\n")
        .containsPattern("\n +1 files +10 B  www.toml:1\n")
        .containsPattern("\n +2 files +1 links +20 kB  www.toml:4 -> in /srv/site\n")
        .contains("\n  generated /etc/passwd\n")
        .contains("\n  writable  /var/lib/www\n")
        .contains("\n  device    /dev/null\n")
        .endsWith("'brig plan --all' lists everything, 'brig why www PATH' says why.\n");
  }

  @Test
  void allListsEachEntryWithModeAndSourceAndNoTerminalEscapes() {
    assertThat(cli.brig("plan", "--all", "www")).as(cli.err()).isZero();
    assertThat(cli.out())
        .contains("file      0755  /usr/sbin/www\n")
        .contains("link      -     /srv/site/start -> index.html\n")
        .contains("device    0666  /dev/null from c 1:3\n")
        .contains("/srv/site/b\\x1b[31m\\n.html\n")
        .doesNotContain("\u001b")
        .doesNotContain("0644  /srv/site/old.bak");
  }

  @Test
  void whyTellsTheChainAndThroughWhichLinkAPathIsReached() {
    assertThat(cli.brig("why", "www", "/srv/site/index.html")).isZero();
    assertThat(cli.out()).isEqualTo("www.toml:4 -> in /srv/site\n");
    assertThat(cli.brig("why", "www", "//usr/./sbin/www")).isZero();
    assertThat(cli.out()).isEqualTo("www.toml:1\n");
    assertThat(cli.brig("why", "www", "/var/run")).isZero();
    String link = cli.out();
    assertThat(cli.brig("why", "www", "/usr/sbin")).isZero();
    assertThat(link).isNotEmpty();
  }

  @Test
  void whyTellsWhyAPathIsNotThere() {
    assertThat(cli.brig("why", "www", "/srv/site/old.bak")).isEqualTo(1);
    assertThat(cli.out())
        .isEqualTo(
            "/srv/site/old.bak is not in the jail\n"
                + "it is left out by exclude \"/srv/site/*.bak\" ("
                + cli.paths.jailfile("www")
                + ":5:12)\n");
    host.file("/srv/other", "there");
    assertThat(cli.brig("why", "www", "/srv/other")).isEqualTo(1);
    assertThat(cli.out())
        .endsWith("the host has it; [files] include = [\"/srv/other\"] would bring it in\n");
    assertThat(cli.brig("why", "www", "/srv/nowhere")).isEqualTo(1);
    assertThat(cli.out()).endsWith("the host has no such file either\n");
    assertThat(cli.brig("why", "www", "srv")).isEqualTo(100);
    assertThat(cli.err())
        .isEqualTo(
            "brig: the path srv is not absolute. Give it as it is inside the jail, from the root"
                + " on.\n");
  }

  @Test
  void whyInJsonHasTheSameChains() {
    assertThat(cli.brig("why", "--json", "www", "/srv/site/index.html")).isZero();
    assertThat(cli.out())
        .contains("\"path\" : \"/srv/site/index.html\"", "\"present\" : true")
        .contains("\"www.toml:4\"", "\"in /srv/site\"");
    assertThat(cli.brig("why", "--json", "www", "/srv/nowhere")).isEqualTo(1);
    assertThat(cli.out()).contains("\"present\" : false", "\"reasons\" : [ ]");
  }
}
