package brig.plan;

import static brig.plan.Plans.content;
import static brig.plan.Plans.paths;
import static brig.plan.Plans.reasons;
import static brig.plan.Plans.warnings;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import brig.report.BrigException;
import brig.spec.JailfileReader;
import brig.spec.LockedJailfile;
import brig.testing.FakeHost;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the planner makes of a lock file. */
class LearnedEntriesTest {
  @TempDir Path root;
  private FakeHost host;

  @BeforeEach
  void aHost() {
    host =
        FakeHost.bare(root)
            .program("/usr/sbin/www", "just bytes")
            .file("/srv/www/data/real", "x")
            .link("/srv/www/by-link", "data/real");
  }

  private Plan plan(String jailfile, String lock) throws BrigException {
    byte[] both =
        LockedJailfile.join(
            (Plans.SERVICE + jailfile).getBytes(UTF_8), ("version = 1\n" + lock).getBytes(UTF_8));
    return Planner.plan(JailfileReader.read("www", "www.toml", both), host);
  }

  private static String path(String path) {
    return "[[path]]\npath = \""
        + path
        + "\"\nby = \"/usr/sbin/www\"\ncall = \"openat\"\nrun = 1\n";
  }

  @Test
  void aLearnedPathComesInWithItsLinksAndItsEvidence() throws BrigException {
    Plan plan = plan("", path("/srv/www/by-link"));
    assertThat(paths(plan)).contains("/srv/www/by-link", "/srv/www/data/real");
    assertThat(reasons(plan, "/srv/www/data/real"))
        .containsExactly("www.lock.toml:3 -> learned: /usr/sbin/www asked for it (openat, run 1)");
  }

  @Test
  void aLearnedDirectoryComesInAlone() throws BrigException {
    Plan plan = plan("", path("/srv/www"));
    assertThat(paths(plan)).contains("/srv/www").doesNotContain("/srv/www/data");
  }

  @Test
  void whatHasGoneFromTheHostIsToldAndHindersNothing() throws BrigException {
    Plan plan = plan("", path("/srv/gone"));
    assertThat(warnings(plan))
        .containsExactly(
            "the host has no /srv/gone any more, which was learned. If the service does well"
                + " without it, take the lines out. (www.lock.toml:3:8)");
  }

  @Test
  void theJailfileHasTheLastWord() throws BrigException {
    Plan plan = plan("[files]\nexclude = [\"/srv/www/data\"]\n", path("/srv/www/data/real"));
    assertThat(paths(plan)).doesNotContain("/srv/www/data/real");
    assertThat(warnings(plan)).isEmpty();
  }

  @Test
  void placesAndAccountsAreTakenOver() throws BrigException {
    Plan plan =
        plan(
            "",
            """
            [[user]]
            name = "ann"
            [[group]]
            name = "mail"
            [[writable]]
            path = "/var/log/www"
            mode = "0700"
            [[temporary]]
            path = "/var/cache/www"
            mode = "0755"
            owner = "root"
            """);
    assertThat(content(plan, "/etc/passwd")).contains("ann:x:1000:1000:");
    assertThat(content(plan, "/etc/group")).contains("mail:x:8:");
    assertThat(Plans.entry(plan, "/var/log/www"))
        .isInstanceOfSatisfying(
            Entry.Writable.class,
            place -> {
              assertThat(place.mode()).isEqualTo(0700);
              assertThat(place.uid()).isEqualTo(33);
              assertThat(place.temporary()).isFalse();
            });
    assertThat(Plans.entry(plan, "/var/cache/www"))
        .isInstanceOfSatisfying(
            Entry.Writable.class,
            place -> {
              assertThat(place.uid()).isZero();
              assertThat(place.temporary()).isTrue();
            });
  }
}
