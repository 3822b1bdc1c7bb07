package brig.hole.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FifoTest {
  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static @Nullable Request input(int files, String text) throws WireException {
    return new FifoInput("report", files, Caps.USUAL).next(bytes(text));
  }

  @Test
  void aLineNamesAJobAndAReply() throws WireException {
    assertThat(FifoCall.parse(Bytes.of("report-12 r01.a")))
        .isEqualTo(new FifoCall("report-12", "r01.a"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "report",
        "report ",
        " r01",
        "report  r01",
        "report r01 ",
        "report r01 x",
        "report\tr01",
        "report ../r01",
        "report /r01",
        "report ..",
        "report .r01",
        "report r%2f01",
        "report R01",
        "report r01.in",
        "report r01.end",
        "Report r01",
        "report r01\r",
        "report aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
      })
  void case06_anyOtherLineIsRefused(String line) {
    assertThatThrownBy(() -> FifoCall.parse(Bytes.of(line))).isInstanceOf(WireException.class);
  }

  @Test
  void case04_aLineOfMoreThan4096BytesIsDroppedToItsNewlineAndCounted() {
    FifoLines lines = new FifoLines();
    ByteBuffer in =
        bytes(
            "a b\n"
                + "x".repeat(4095)
                + "\n"
                + "y".repeat(4096)
                + "\n"
                + "z".repeat(9000)
                + "\nc d\ne");
    List<Integer> lengths = new ArrayList<>();
    Bytes line = lines.next(in);
    while (line != null) {
      lengths.add(line.length());
      line = lines.next(in);
    }
    assertThat(lengths).containsExactly(3, 4095, 3);
    assertThat(lines.dropped()).isEqualTo(2);
    assertThat(lines.next(bytes("\n"))).isEqualTo(Bytes.of("e"));
  }

  @Test
  void theInputHoldsValuesAndThenSections() throws WireException {
    String text = "year=2026\nwho=a=b\n@language=fr\n%%\none\n\n %%\n%%%\n%%\n%%\n";
    Request whole =
        new Request(
            "report",
            null,
            "fr",
            Map.of("year", Bytes.of("2026"), "who", Bytes.of("a=b")),
            List.of(
                new Request.Section("", Bytes.of("one\n\n %%\n%%%")),
                new Request.Section("", Bytes.NONE)),
            null);
    assertThat(input(2, text)).isEqualTo(whole);
    FifoInput slowly = new FifoInput("report", 2, Caps.USUAL);
    for (int i = 0; i < text.length() - 1; i++) {
      assertThat(slowly.next(bytes(text.substring(i, i + 1)))).isNull();
    }
    assertThat(slowly.next(bytes("\n"))).isEqualTo(whole);
  }

  @Test
  void theNewlineBeforeASeparatorBelongsToIt() throws WireException {
    for (String content : new String[] {"", "a", "a\n", "\n", "\n\n", "%%%", "%\n%%\r"}) {
      Request request = input(1, "%%\n" + content + "\n%%\n");
      assertThat(request).as(content).isNotNull();
      assertThat(request.sections().getFirst().bytes()).isEqualTo(Bytes.of(content));
    }
  }

  @Test
  void aSectionMayBeLongWithoutANewline() throws WireException {
    String large = "x".repeat(200_000) + "%%";
    Request request = input(1, "%%\n" + large + "\n%%\n");
    assertThat(request).isNotNull();
    assertThat(request.sections().getFirst().bytes()).isEqualTo(Bytes.of(large));
  }

  @Test
  void case05_theNumberOfSectionsMustBeTheJobs() throws WireException {
    assertThat(input(1, "a=1\n%%\nsection\n")).as("one too few").isNull();
    assertThatThrownBy(() -> input(0, "a=1\n%%\nsection\n%%\n"))
        .hasMessage("a line that follows the last of the sections of report");
  }

  @Test
  void aDescriptionNeedsNoSections() throws WireException {
    Request request = input(2, "@describe=html\n%%\n");
    assertThat(request).isNotNull().extracting(Request::describe).isEqualTo(Description.HTML);
  }

  @ParameterizedTest
  @ValueSource(strings = {"year", "=1", "Year=1", "@who=1", "@", "", "@token=x", "a=1\na=2"})
  void aLineOfTheFirstSectionIsAValueOrAKnownWord(String line) {
    assertThatThrownBy(() -> input(0, line + "\n%%\n")).isInstanceOf(WireException.class);
  }
}
