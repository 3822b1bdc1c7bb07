package brig.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostFilesTest {
  @TempDir Path dir;

  @Test
  void filesOfProcAreReadWholeAlthoughTheyHaveNoSize() throws IOException {
    assertThat(new String(HostFiles.read("/proc/self/status"), StandardCharsets.US_ASCII))
        .startsWith("Name:")
        .contains("Seccomp:");
  }

  @Test
  void aReplacedFileHasItsModeAndLeavesNothingBeside() throws IOException {
    String file = dir + "/state.json";
    HostFiles.replace(file, new byte[] {1, 2, 3}, 0600);
    HostFiles.replace(file, new byte[] {4}, 0640);
    assertThat(Files.readAllBytes(Path.of(file))).containsExactly(4);
    Stat stat = Stat.of(file);
    assertThat(stat).isNotNull();
    assertThat(stat.mode() & 07777).isEqualTo(0640);
    assertThat(dir.toFile().list()).containsExactly("state.json");
  }

  @Test
  void aLockIsHeldOnce() throws IOException {
    String file = dir + "/x.lock";
    try (Fd held = HostFiles.lock(file)) {
      assertThat(held).isNotNull();
      assertThat(HostFiles.lock(file)).isNull();
    }
    try (Fd again = HostFiles.lock(file)) {
      assertThat(again).isNotNull();
    }
  }

  @Test
  void aTreeIsRemovedWithoutFollowingItsLinks() throws IOException {
    HostFiles.createDirectories(dir + "/outside", 0755);
    Files.writeString(dir.resolve("outside/kept"), "x");
    HostFiles.createDirectories(dir + "/tree/a/b", 0755);
    Files.writeString(dir.resolve("tree/a/b/file"), "x");
    Files.createSymbolicLink(dir.resolve("tree/a/link"), dir.resolve("outside"));
    HostFiles.deleteTree(dir + "/tree");
    assertThat(dir.resolve("tree")).doesNotExist();
    assertThat(dir.resolve("outside/kept")).exists();
    HostFiles.deleteTree(dir + "/tree");
  }

  @Test
  void whatIsNotThereIsNullOrTold() throws IOException {
    assertThat(HostFiles.readOrNull(dir + "/absent")).isNull();
    assertThat(HostFiles.delete(dir + "/absent")).isFalse();
    assertThatThrownBy(() -> HostFiles.read(dir + "/absent"))
        .hasMessageEndingWith("/absent: ENOENT (No such file or directory)");
  }
}
