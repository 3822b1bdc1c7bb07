package brig.plan;

import static org.assertj.core.api.Assertions.assertThat;

import brig.testing.ElfImage;
import brig.testing.FakeHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
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
    byte[] encoded = recording.inputs(7).encode();
    return Objects.requireNonNull(Inputs.decode(encoded, 7));
  }

  @Test
  void nothingChangedIsSeenAsSuch() throws Exception {
    Inputs inputs = inputs();
    assertThat(inputs.size()).isGreaterThan(10);
    assertThat(inputs.firstChange(host)).isNull();
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
    assertThat(inputs.drift(host).replan()).isEqualTo("/srv/www/start");
  }

  @Test
  void aFileThatWasAbsentAndNowIsThereIsSeen() throws Exception {
    RecordingHost recording = new RecordingHost(host);
    assertThat(recording.lstat("/etc/ld.so.preload")).isNull();
    Inputs inputs = recording.inputs(7);
    host.file("/etc/ld.so.preload", "x");
    assertThat(inputs.firstChange(host)).isEqualTo("/etc/ld.so.preload");
  }

  @Test
  void anyNameSurvivesTheFile() throws IOException {
    FileStat stat = Objects.requireNonNull(host.lstat("/srv/www/index.html"));
    String notUtf8 = "/srv/\uDC80\u00e4\n\uD83D\uDE00";
    Inputs inputs =
        Inputs.of(
            Map.of(
                notUtf8, new RecordingHost.Look(stat), "/srv/\u00e4", new RecordingHost.Look(null)),
            7);
    byte[] encoded = inputs.encode();
    Inputs decoded = Objects.requireNonNull(Inputs.decode(encoded, 7));
    assertThat(decoded.encode()).isEqualTo(encoded);
    assertThat(decoded.size()).isEqualTo(2);
    assertThat(decoded.stat(notUtf8)).isEqualTo(stat);
  }

  @Test
  void anotherPlannersInputsAreNone() throws Exception {
    RecordingHost recording = new RecordingHost(host);
    Plans.plan(recording, JAILFILE);
    assertThat(Inputs.decode(recording.inputs(8).encode(), 7)).isNull();
  }

  @Test
  void anotherContentFromWhichTheSameIsLearntTakesNoPlan() throws Exception {
    Inputs inputs = inputs();
    host.file("/srv/www/index.html", "y");
    HostDrift drift = inputs.drift(host);
    assertThat(drift.replan()).isNull();
    assertThat(drift.contents()).containsExactly("/srv/www/index.html");
    assertThat(Objects.requireNonNull(drift.now()).drift(host).isNone()).isTrue();
    byte[] kept = Objects.requireNonNull(drift.now()).encode();
    assertThat(Objects.requireNonNull(Inputs.decode(kept, 7)).drift(host).isNone()).isTrue();
  }

  @Test
  void aTextThatThePlanReadsTakesAPlanWhenItChanges() throws Exception {
    Inputs inputs = inputs();
    host.file("/etc/group", "root:x:0:\nwww-data:x:34:ann\nmail:x:8:\nann:x:1000:\n");
    assertThat(inputs.drift(host).replan()).isEqualTo("/etc/group");
  }

  @Test
  void anElfFileThatNeedsTheSameTakesNoPlanAndOneThatNeedsMoreDoes() throws Exception {
    host.program("/usr/sbin/www", elf(ElfImage.x86().needed("libc.so.6")));
    host.file("/lib/libc.so.6", "");
    RecordingHost recording = new RecordingHost(host);
    assertThat(recording.head("/usr/sbin/www")).hasSize(FileLook.ELF);
    assertThat(Objects.requireNonNull(recording.elf("/usr/sbin/www")).dynamic()).isNotNull();
    Inputs inputs = recording.inputs(7);
    host.program("/usr/sbin/www", elf(ElfImage.x86().needed("libc.so.6")) + "newer code");
    assertThat(inputs.drift(host).contents()).containsExactly("/usr/sbin/www");
    host.program("/usr/sbin/www", elf(ElfImage.x86().needed("libc.so.6", "libz.so.1")));
    assertThat(inputs.drift(host).replan()).isEqualTo("/usr/sbin/www");
  }

  private static String elf(ElfImage image) {
    return new String(image.bytes(), java.nio.charset.StandardCharsets.ISO_8859_1);
  }

  @Test
  void whatIsCutShortOrStrangeIsNoInputs() throws Exception {
    byte[] encoded = inputs().encode();
    for (int length = 0; length < encoded.length; length++) {
      assertThat(Inputs.decode(java.util.Arrays.copyOf(encoded, length), 7)).isNull();
    }
    assertThat(Inputs.decode("brigin1\nrest".getBytes(java.nio.charset.StandardCharsets.UTF_8), 7))
        .isNull();
  }
}
