package brig.hole.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerFrameTest {
  @Test
  void everyFrameOfAListenerIsReadAsItWasWritten() throws WireException {
    for (ServerFrame frame :
        List.of(
            new ServerFrame.Output(Bytes.of("\0\n")),
            new ServerFrame.Errors(Bytes.NONE),
            new ServerFrame.Started(1),
            new ServerFrame.Ended(3, 255),
            new ServerFrame.Place(0),
            new ServerFrame.Fields(Bytes.of("{}")),
            new ServerFrame.Rotated("0123456789abcdef"),
            new ServerFrame.Wrong("year", "is missing=é"),
            new ServerFrame.Ending(End.exited(0)),
            new ServerFrame.Ending(End.exited(7).saying("no such account")),
            new ServerFrame.Ending(End.killed(9)),
            new ServerFrame.Ending(End.of(Reason.BUSY)))) {
      assertThat(ServerFrame.of(frame.frame())).isEqualTo(frame);
    }
  }

  @Test
  void theEndIsOneLine() {
    assertThat(End.exited(0).line()).isEqualTo("0 0 done");
    assertThat(End.exited(3).line()).isEqualTo("3 0 failed");
    assertThat(End.killed(9).line()).isEqualTo("137 9 signalled");
    assertThat(End.of(Reason.INVALID).line()).isEqualTo("100 0 invalid");
    assertThat(End.of(Reason.TIMEOUT).saying("too\nslow\u001b[2J").line())
        .isEqualTo("111 0 timeout too slow [2J");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "O is fine|X|is not CODE SIGNAL REASON",
        "0 0|X|is not CODE SIGNAL REASON",
        "0 0 fine|X|is not CODE SIGNAL REASON",
        "256 0 done|X|is not CODE SIGNAL REASON",
        "0 65 done|X|is not CODE SIGNAL REASON",
        "٣ 0 failed|X|is not CODE SIGNAL REASON",
        "0 started|P|is neither STEP started nor STEP ended CODE",
        "1 begun|P|is neither STEP started nor STEP ended CODE",
        "1 ended|P|is neither STEP started nor STEP ended CODE",
        "x|Q|is no number",
        "year|W|is not NAME=MESSAGE",
        "short|N|is no token",
      })
  void whatAListenerNeverSaysIsRefused(String payload, char type, String why) {
    assertThatThrownBy(() -> ServerFrame.of(new Frame(type, Bytes.of(payload))))
        .hasMessage("a frame " + type + " whose payload " + why);
  }
}
