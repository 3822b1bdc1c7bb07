package brig.web.file;

import static org.assertj.core.api.Assertions.assertThat;

import brig.web.file.Ranges.Range;
import org.junit.jupiter.api.Test;

class RangesTest {
  @Test
  void firstLastAndSuffixAreTakenAsTheRfcSays() {
    assertThat(Ranges.parse("bytes=0-4", 10)).containsExactly(new Range(0, 4));
    assertThat(Ranges.parse("bytes=5-", 10)).containsExactly(new Range(5, 9));
    assertThat(Ranges.parse("bytes=-3", 10)).containsExactly(new Range(7, 9));
    assertThat(Ranges.parse("bytes=-30", 10)).containsExactly(new Range(0, 9));
    assertThat(Ranges.parse("bytes=8-100", 10)).containsExactly(new Range(8, 9));
    assertThat(Ranges.parse("Bytes= 0-0 , 9-9", 10))
        .containsExactly(new Range(0, 0), new Range(9, 9));
  }

  @Test
  void whatCannotBeHadIsEmptyAndWhatMeansNothingIsLeftOut() {
    assertThat(Ranges.parse("bytes=10-", 10)).isEmpty();
    assertThat(Ranges.parse("bytes=-0", 10)).isEmpty();
    assertThat(Ranges.parse("bytes=0-", 0)).isEmpty();
    assertThat(Ranges.parse("lines=0-1", 10)).isNull();
    assertThat(Ranges.parse("bytes=", 10)).isNull();
    assertThat(Ranges.parse("bytes=4-2", 10)).isNull();
    assertThat(Ranges.parse("bytes=a-b", 10)).isNull();
    assertThat(Ranges.parse("bytes=1", 10)).isNull();
    assertThat(Ranges.parse("bytes=0-99999999999999999999", 10)).isNull();
  }

  @Test
  void manyOrOverlappingRangesGetTheWholeFile() {
    assertThat(Ranges.parse("bytes=" + "0-0,".repeat(17), 10)).isNull();
    assertThat(Ranges.parse("bytes=0-9,0-9", 10)).isNull();
  }
}
