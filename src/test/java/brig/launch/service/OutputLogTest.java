package brig.launch.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputLogTest {
  @TempDir Path dir;

  private OutputLog log(String text) throws IOException {
    Path file = dir.resolve("output.log");
    Files.writeString(file, text);
    return new OutputLog(file.toString());
  }

  @Test
  void theLastLinesAreFoundWhetherOrNotTheLastIsEnded() throws IOException {
    assertThat(log("a\nb\nc\n").startOfLast(2)).isEqualTo(2);
    assertThat(log("a\nb\nc").startOfLast(2)).isEqualTo(2);
    assertThat(log("a\nb\nc\n").startOfLast(9)).isZero();
    assertThat(log("").startOfLast(2)).isZero();
    String line = "x".repeat(99) + "\n";
    assertThat(log(line.repeat(5000)).startOfLast(3000)).isEqualTo(2000 * 100);
  }

  @Test
  void onlyWhatWasPrintedSinceTheStartIsShown() throws IOException {
    OutputLog log = log("old\nnew 1\nnew 2\n");
    assertThat(log.linesSince(4, 20)).containsExactly("new 1", "new 2");
    assertThat(log.linesSince(4, 1)).containsExactly("new 2");
    assertThat(new OutputLog(dir + "/absent").linesSince(0, 20)).isEmpty();
  }

  @Test
  void aLongOneIsPutAside() throws IOException {
    OutputLog log = log("0123456789");
    log.rotate(10);
    assertThat(log.size()).isEqualTo(10);
    log.rotate(9);
    assertThat(log.exists()).isFalse();
    assertThat(dir.resolve("output.log.1")).hasContent("0123456789");
  }
}
