package brig.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class BuildResultTest {
  @Test
  void theSummaryIsOneLine() {
    assertThat(
            new BuildResult(
                    "www", 1, 0, true, 191, 48, 71_634_000, List.of(), 140_200_000, List.of())
                .text())
        .isEqualTo("www: generation 1: 191 files, 48 links, 71.6 MB in 140 ms");
    assertThat(new BuildResult("www", 2, 0, true, 1, 1, 999, List.of(), 600_000, List.of()).text())
        .isEqualTo("www: generation 2: 1 file, 1 link, 999 B in 1 ms");
    assertThat(new BuildResult("www", 7, 7, false, 0, 0, 0, List.of(), 1, List.of()).text())
        .isEqualTo("www: nothing changed (generation 7)");
    assertThat(
            new BuildResult("www", 8, 7, true, 191, 0, 0, List.of("/a"), 8_400_000, List.of())
                .text())
        .isEqualTo("www: generation 8: 1 change to generation 7, 191 files, in 8 ms");
  }

  @Test
  void sizesAreRoundedToATenth() {
    assertThat(Bytes.text(0)).isEqualTo("0 B");
    assertThat(Bytes.text(1000)).isEqualTo("1.0 kB");
    assertThat(Bytes.text(1049)).isEqualTo("1.0 kB");
    assertThat(Bytes.text(1050)).isEqualTo("1.1 kB");
    assertThat(Bytes.text(999_949)).isEqualTo("999.9 kB");
    assertThat(Bytes.text(999_950)).isEqualTo("1.0 MB");
    assertThat(Bytes.text(71_634_000)).isEqualTo("71.6 MB");
    assertThat(Bytes.text(5_000_000_000_000L)).isEqualTo("5.0 TB");
  }

  @Test
  void onlyPlainNumbersAreGenerations() {
    assertThat(Generations.number("7")).isEqualTo(7);
    assertThat(Generations.number("120")).isEqualTo(120);
    for (String other : List.of("", "0", "07", "7.tmp", "-1", "+1", "1234567890", "x", "٣")) {
      assertThat(Generations.number(other)).as(other).isZero();
    }
  }
}
