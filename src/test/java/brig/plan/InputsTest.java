package brig.plan;

import static org.assertj.core.api.Assertions.assertThat;

import brig.testing.FakeHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InputsTest {
  private static final String JAILFILE = Plans.SERVICE + "[files]\ninclude = [\"/srv/www\"]\n";

  @TempDir Path root;
  private FakeHost host;

  @BeforeEach
  void aHostWithASite() {
    host =
        FakeHost.bare(root)
            .program("/usr/sbin/www", "just bytes")
            .file("/srv/www/index.html", "x")
            .link("/srv/www/start", "index.html");
  }

  private Inputs inputs() throws Exception {
    RecordingHost recording = new RecordingHost(host);
    Plans.plan(recording, JAILFILE);
    byte[] encoded = recording.inputs().encode();
    return Objects.requireNonNull(Inputs.decode(encoded));
  }

  @Test
  void nothingChangedIsSeenAsSuch() throws Exception {
    Inputs inputs = inputs();
    assertThat(inputs.size()).isGreaterThan(10);
    assertThat(inputs.firstChange(host)).isNull();
    assertThat(inputs.unchanged(host)).isTrue();
  }

  @Test
  void aChangedFileIsSeen() throws Exception {
    Inputs inputs = inputs();
    host.file("/srv/www/index.html", "y");
    assertThat(inputs.firstChange(host)).isEqualTo("/srv/www/index.html");
  }

  @Test
  void aNewFileInAListedDirectoryIsSeen() throws Exception {
    Inputs inputs = inputs();
    host.file("/srv/www/new.html", "y");
    assertThat(inputs.firstChange(host)).isEqualTo("/srv/www");
  }

  @Test
  void aNewFileBesideIsNoChange() throws Exception {
    Inputs inputs = inputs();
    host.file("/srv/other", "y");
    assertThat(inputs.firstChange(host)).isNull();
  }

  @Test
  void aMovedLinkIsSeen() throws Exception {
    Inputs inputs = inputs();
    Files.delete(host.real("/srv/www/start"));
    host.link("/srv/www/start", "/etc/group");
    assertThat(inputs.unchanged(host)).isFalse();
  }

  @Test
  void aFileThatWasAbsentAndNowIsThereIsSeen() throws Exception {
    RecordingHost recording = new RecordingHost(host);
    assertThat(recording.lstat("/etc/ld.so.preload")).isNull();
    Inputs inputs = recording.inputs();
    assertThat(inputs.unchanged(host)).isTrue();
    host.file("/etc/ld.so.preload", "x");
    assertThat(inputs.firstChange(host)).isEqualTo("/etc/ld.so.preload");
  }

  @Test
  void anyNameSurvivesTheFile() throws IOException {
    RecordingHost recording = new RecordingHost(host);
    String name = "/srv/\uDC80\u00e4\n\uD83D\uDE00".replace("\uDC80", "x");
    assertThat(recording.lstat(name)).isNull();
    byte[] encoded = recording.inputs().encode();
    assertThat(Objects.requireNonNull(Inputs.decode(encoded)).encode()).isEqualTo(encoded);
  }

  @Test
  void whatIsCutShortOrStrangeIsNoInputs() throws Exception {
    byte[] encoded = inputs().encode();
    for (int length = 0; length < encoded.length; length++) {
      assertThat(Inputs.decode(java.util.Arrays.copyOf(encoded, length))).isNull();
    }
    assertThat(Inputs.decode("brigin2\nrest".getBytes(java.nio.charset.StandardCharsets.UTF_8)))
        .isNull();
  }
}
