package brig.cli.keep;

import static org.assertj.core.api.Assertions.assertThat;

import brig.plan.packages.Origin;
import brig.tree.Comparison;
import brig.tree.Manifest;
import brig.tree.ManifestEntry;
import brig.tree.ManifestEntry.Kind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ChangeSummaryTest {
  private final List<ManifestEntry> from = new ArrayList<>();
  private final List<ManifestEntry> to = new ArrayList<>();

  private static ManifestEntry file(String path, String content, @Nullable Origin origin) {
    return new ManifestEntry(
        path,
        Kind.FILE,
        0644,
        0,
        0,
        5,
        1,
        content.repeat(64),
        path,
        null,
        null,
        null,
        origin,
        List.of());
  }

  private void upgraded(String name, String path) {
    from.add(file(path, "1", new Origin(name, "1.0")));
    to.add(file(path, "2", new Origin(name, "1.1")));
  }

  private String summary(boolean jailfileChanged) {
    return ChangeSummary.of(
        jailfileChanged,
        Comparison.of(
            new Manifest("www", 1, "", "plain", from), new Manifest("www", 2, "", "plain", to)));
  }

  @Test
  void theSameTreeIsSaidToBe() {
    assertThat(summary(false)).isEqualTo("the same tree");
    assertThat(summary(true)).isEqualTo("the jailfile changed");
  }

  @Test
  void aPackageIsNamedOnceHoweverManyOfItsFilesChanged() {
    upgraded("libssl3", "/a");
    upgraded("libssl3", "/b");
    assertThat(summary(false)).isEqualTo("libssl3 1.0 to 1.1");
  }

  @Test
  void whatElseChangedCameAndWentIsCounted() {
    upgraded("libssl3", "/a");
    from.add(file("/b", "1", null));
    to.add(file("/b", "2", null));
    from.add(file("/c", "1", null));
    to.add(file("/d", "1", null));
    to.add(file("/e", "1", null));
    assertThat(summary(true))
        .isEqualTo("the jailfile changed, libssl3 1.0 to 1.1, 1 other changed, 2 new, 1 gone");
  }

  @Test
  void ofManyPackagesSomeAreNamed() {
    for (int i = 1; i <= 7; i++) {
      upgraded("p" + i, "/" + i);
    }
    assertThat(summary(false))
        .isEqualTo("p1 1.0 to 1.1, p2 1.0 to 1.1, p3 1.0 to 1.1, p4 1.0 to 1.1, 3 more packages");
    assertThat(summary(true)).endsWith("p4 1.0 to 1.1, 3 more packages");
  }
}
