package brig.plan;

import static org.assertj.core.api.Assertions.assertThat;

import brig.testing.FakeHost;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {
  @ParameterizedTest
  @CsvSource({
    "/srv/*.html, /srv/a.html, true",
    "/srv/*.html, /srv/a/b.html, false",
    "/srv/*.html, /srv/.html, false",
    "/srv/.*, /srv/.git, true",
    "/srv/**, /srv/a/b/c, true",
    "/srv/**/x, /srv/x, true",
    "/srv/**/x, /srv/a/b/x, true",
    "/srv/a?c, /srv/abc, true",
    "/srv/a?c, /srv/ac, false",
    "/srv/[a-c]1, /srv/b1, true",
    "/srv/[!a-c]1, /srv/b1, false",
    "/srv/[]]1, /srv/]1, true",
    "/srv/[1, /srv/[1, true",
    "/srv/\\*, /srv/*, true",
    "/srv/\\*, /srv/a, false",
    "/srv/*a*b*c, /srv/xaybzc, true",
    "/srv/*a*b*c, /srv/xaybz, false",
  })
  void matchesAsAShellDoes(String pattern, String path, boolean expected) {
    assertThat(Glob.of(pattern).matches(path)).isEqualTo(expected);
  }

  @Test
  void aPatternOfExcludeMatchesHiddenNamesToo() {
    assertThat(Glob.excluding("/srv/*").matches("/srv/.git")).isTrue();
  }

  @Test
  void expandsInOrderAndOnlyWhatIsThere(@TempDir Path root) throws IOException {
    FakeHost host =
        FakeHost.bare(root)
            .file("/srv/b/x.conf", "")
            .file("/srv/a/x.conf", "")
            .file("/srv/a/y.txt", "")
            .file("/srv/file", "");
    assertThat(Glob.of("/srv/*/*.conf").expand(host))
        .containsExactly("/srv/a/x.conf", "/srv/b/x.conf");
    assertThat(Glob.of("/srv/*/none").expand(host)).isEmpty();
    assertThat(Glob.of("/srv/**/*.txt").expand(host)).containsExactly("/srv/a/y.txt");
  }
}
