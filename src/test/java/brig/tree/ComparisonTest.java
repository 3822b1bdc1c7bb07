package brig.tree;

import static org.assertj.core.api.Assertions.assertThat;

import brig.plan.packages.Origin;
import brig.tree.Difference.Aspect;
import brig.tree.ManifestEntry.Kind;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  private static final String ONE = "1".repeat(64);
  private static final String TWO = "2".repeat(64);

  private static ManifestEntry file(String path, int mode, int uid, long time, String sha256) {
    return new ManifestEntry(
        path, Kind.FILE, mode, uid, 0, 5, time, sha256, path, null, null, null, null, List.of());
  }

  private static ManifestEntry link(String path, String target) {
    return new ManifestEntry(
        path, Kind.LINK, 0, 0, 0, 0, 0, null, null, null, target, null, null, List.of());
  }

  private static Manifest manifest(ManifestEntry... entries) {
    return new Manifest("www", 1, "2026-01-01T00:00:00Z", "plain", List.of(entries));
  }

  private static Set<Aspect> aspects(ManifestEntry from, ManifestEntry to) {
    List<Difference> differences = Comparison.of(manifest(from), manifest(to));
    return differences.isEmpty() ? Set.of() : differences.getFirst().aspects();
  }

  @Test
  void whatIsTheSameIsNoDifference() {
    Manifest manifest = manifest(file("/a", 0644, 0, 1, ONE), link("/b", "a"));
    assertThat(Comparison.of(manifest, manifest)).isEmpty();
  }

  @Test
  void addedAndRemovedAreFoundWhereverTheyStand() {
    Manifest from = manifest(link("/a", "x"), link("/c", "x"), link("/d", "x"));
    Manifest to = manifest(link("/b", "x"), link("/c", "x"), link("/e", "x"), link("/f", "x"));
    List<Difference> differences = Comparison.of(from, to);
    assertThat(differences)
        .extracting(Difference::path)
        .containsExactly("/a", "/b", "/d", "/e", "/f");
    assertThat(differences)
        .extracting(Difference::isAdded)
        .containsExactly(false, true, false, true, true);
    assertThat(differences)
        .extracting(Difference::isRemoved)
        .containsExactly(true, false, true, false, false);
  }

  @Test
  void eachAspectIsToldByItself() {
    ManifestEntry plain = file("/a", 0644, 0, 1, ONE);
    assertThat(aspects(plain, file("/a", 0644, 0, 1, TWO))).containsExactly(Aspect.CONTENT);
    assertThat(aspects(plain, file("/a", 0644, 0, 2, TWO))).containsExactly(Aspect.CONTENT);
    assertThat(aspects(plain, file("/a", 0644, 0, 2, ONE))).containsExactly(Aspect.TIME);
    assertThat(aspects(plain, file("/a", 0600, 0, 1, ONE))).containsExactly(Aspect.MODE);
    assertThat(aspects(plain, file("/a", 0644, 7, 1, ONE))).containsExactly(Aspect.OWNER);
    assertThat(aspects(plain, link("/a", "b"))).containsExactly(Aspect.KIND);
    assertThat(aspects(link("/a", "b"), link("/a", "c"))).containsExactly(Aspect.TARGET);
    assertThat(aspects(plain, file("/a", 0600, 7, 2, TWO)))
        .containsExactlyInAnyOrder(Aspect.CONTENT, Aspect.MODE, Aspect.OWNER);
  }

  @Test
  void aPackageThatAloneHasChangedIsTold() {
    ManifestEntry plain = file("/a", 0644, 0, 1, ONE);
    ManifestEntry packaged =
        new ManifestEntry(
            "/a",
            Kind.FILE,
            0644,
            0,
            0,
            5,
            1,
            ONE,
            "/a",
            null,
            null,
            null,
            new Origin("p", "1"),
            List.of());
    assertThat(aspects(plain, packaged)).containsExactly(Aspect.PACKAGE);
  }

  @Test
  void whyItIsThereIsNoDifference() {
    ManifestEntry plain = file("/a", 0644, 0, 1, ONE);
    ManifestEntry other =
        new ManifestEntry(
            "/a",
            Kind.FILE,
            0644,
            0,
            0,
            5,
            1,
            ONE,
            "/a",
            null,
            null,
            null,
            null,
            List.of(List.of("www.toml:9")));
    assertThat(aspects(plain, other)).isEmpty();
  }
}
