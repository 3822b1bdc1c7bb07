package brig.hole.front;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class LiveTextTest {
  private static String inPieces(byte[] bytes, int size) {
    LiveText text = new LiveText();
    for (int at = 0; at < bytes.length; at += size) {
      text.add(java.util.Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + size)));
    }
    text.end();
    return text.from(0);
  }

  @Test
  void textIsTheSameInPiecesOfAnySize() {
    String text = "Année €1 \uD83D\uDE00\tand\nmore";
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    for (int size = 1; size <= bytes.length; size++) {
      assertThat(inPieces(bytes, size)).isEqualTo(text);
    }
  }

  @Test
  void lineEndsOfAnyKindBecomeNewlines() {
    byte[] bytes = "a\r\nb\rc\n\r\nd".getBytes(StandardCharsets.US_ASCII);
    for (int size = 1; size <= bytes.length; size++) {
      assertThat(inPieces(bytes, size)).isEqualTo("a\nb\nc\n\nd");
    }
  }

  @Test
  void hostile28_whatMovesACursorOrTurnsTheDirectionIsReplaced() {
    byte[] bytes = "\u001b[31m\u0007\b\u007f\u009b2J\u202e\u2066x".getBytes(StandardCharsets.UTF_8);
    assertThat(inPieces(bytes, 3)).isEqualTo("\uFFFD[31m\uFFFD\uFFFD\uFFFD\uFFFD2J\uFFFD\uFFFDx");
  }

  @Test
  void whatIsNotUtf8IsReplaced() {
    byte[] bytes = {'a', (byte) 0xC0, (byte) 0xAF, 'b', (byte) 0xE2, (byte) 0x82};
    assertThat(inPieces(bytes, 1)).isEqualTo("a\uFFFD\uFFFDb\uFFFD");
  }
}
