package brig.cli.keep;

import static org.assertj.core.api.Assertions.assertThat;

import brig.plan.packages.Origin;
import brig.testing.FakeHost;
import brig.tree.Comparison;
import brig.tree.Manifest;
import brig.tree.ManifestEntry;
import brig.tree.ManifestEntry.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiffTextTest {
  private static final String LIBRARY = "/usr/lib/libssl.so.3";

  @TempDir Path root;

  private static ManifestEntry file(long size, String content, @Nullable String version) {
    return file(size, content, version == null ? null : new Origin("libssl3", version), 0644);
  }

  private static ManifestEntry file(long size, String content, @Nullable Origin origin, int mode) {
    return new ManifestEntry(
        LIBRARY,
        Kind.FILE,
        mode,
        0,
        0,
        size,
        size,
        content.repeat(64),
        LIBRARY,
        null,
        null,
        null,
        origin,
        List.of(List.of("www.toml:3", "/usr/sbin/nginx", "NEEDED libssl.so.3")));
  }

  private static Manifest manifest(ManifestEntry... entries) {
    return new Manifest("www", 1, "", "plain", List.of(entries));
  }

  private String text(@Nullable ManifestEntry from, @Nullable ManifestEntry to) throws IOException {
    Manifest before = from == null ? manifest() : manifest(from);
    Manifest after = to == null ? manifest() : manifest(to);
    return DiffText.of(Comparison.of(before, after).getFirst(), FakeHost.bare(root));
  }

  @Test
  void anUpgradeNamesBothVersionsAndThePackage() throws IOException {
    assertThat(text(file(5, "1", "3.0.17-1"), file(6, "2", "3.0.18-1")))
        .isEqualTo("host upgraded from 3.0.17-1 to 3.0.18-1 by package libssl3");
    assertThat(text(file(5, "1", "3.0.18-1"), file(6, "2", "3.0.17-1")))
        .isEqualTo("host downgraded from 3.0.18-1 to 3.0.17-1 by package libssl3");
    assertThat(text(file(5, "1", "3.0.17-1"), file(6, "1", "3.0.18-1")))
        .isEqualTo("host upgraded from 3.0.17-1 to 3.0.18-1 by package libssl3, the same content");
    assertThat(text(file(5, "1", "3.0.17-1"), file(6, "2", new Origin("other", "1"), 0644)))
        .isEqualTo("package libssl3 3.0.17-1 gave way to other 1");
    assertThat(text(file(5, "1", (String) null), file(6, "2", "3.0.18-1")))
        .isEqualTo("now of package libssl3 3.0.18-1");
    assertThat(text(file(5, "1", "3.0.18-1"), file(6, "2", (String) null)))
        .isEqualTo("no more of package libssl3 3.0.18-1");
  }

  @Test
  void anEditOnTheHostIsToldFromAnUpgrade() throws IOException {
    assertThat(text(file(5, "1", (String) null), file(1500, "2", (String) null)))
        .isEqualTo("changed on the host (5 B becomes 1.5 kB)");
    assertThat(text(file(5, "1", "3.0.17-1"), file(5, "2", "3.0.17-1")))
        .isEqualTo(
            "changed on the host (the same size), though package libssl3 3.0.17-1 is the same");
    assertThat(text(file(5, "1", (String) null), file(6, "1", (String) null)))
        .isEqualTo("a new time on the host, the same content");
  }

  @Test
  void severalChangesOfOnePathStandInOneLine() throws IOException {
    assertThat(text(file(5, "1", null, 0644), file(5, "2", null, 0600)))
        .isEqualTo("changed on the host (the same size); mode 0644 becomes 0600");
  }

  @Test
  void whatIsNewComesWithItsReason() throws IOException {
    assertThat(text(null, file(5, "1", "3.0.17-1")))
        .isEqualTo(
            "new file of package libssl3 3.0.17-1:"
                + " www.toml:3 -> /usr/sbin/nginx -> NEEDED libssl.so.3");
  }

  @Test
  void whatGoesIsGoneFromTheHostOrNoMoreWanted() throws IOException {
    assertThat(text(file(5, "1", "3.0.17-1"), null))
        .isEqualTo("gone from the host, where it was of package libssl3 3.0.17-1");
    FakeHost.bare(root).file(LIBRARY, "there");
    assertThat(text(file(5, "1", "3.0.17-1"), null))
        .isEqualTo(
            "no more wanted; it was there for"
                + " www.toml:3 -> /usr/sbin/nginx -> NEEDED libssl.so.3");
  }
}
