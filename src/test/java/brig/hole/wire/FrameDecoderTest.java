package brig.hole.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrameDecoderTest {
  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static List<String> all(FrameDecoder decoder, ByteBuffer in) throws WireException {
    List<String> frames = new ArrayList<>();
    Frame frame = decoder.next(in);
    while (frame != null) {
      frames.add(frame.type() + ":" + frame.payload().utf8());
      frame = decoder.next(in);
    }
    return frames;
  }

  @Test
  void framesComeOutWholeHoweverTheBytesArrive() throws WireException {
    String stream = "V 1\n1J 4\nbookA 7\na=x\ny\nzG 0\nI 3\n\0\n ";
    List<String> whole = List.of("V:1", "J:book", "A:a=x\ny\nz", "G:", "I:\0\n ");
    assertThat(all(new FrameDecoder(), bytes(stream))).isEqualTo(whole);
    for (int piece = 1; piece < stream.length(); piece++) {
      FrameDecoder decoder = new FrameDecoder();
      List<String> frames = new ArrayList<>();
      for (int at = 0; at < stream.length(); at += piece) {
        String part = stream.substring(at, Math.min(stream.length(), at + piece));
        frames.addAll(all(decoder, bytes(part)));
      }
      assertThat(frames).as("pieces of %d", piece).isEqualTo(whole);
      assertThat(decoder.isBetweenFrames()).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "v 1|byte 0 of a frame's header is 0x76",
        "1 1|byte 0 of a frame's header is 0x31",
        "V1|byte 1 of a frame's header is 0x31",
        "V  1|byte 2 of a frame's header is 0x20",
        "V 01|byte 3 of a frame's header is 0x31",
        "V 00|byte 3 of a frame's header is 0x30",
        "V -1|byte 2 of a frame's header is 0x2d",
        "V +1|byte 2 of a frame's header is 0x2b",
        "'V 1 '|byte 3 of a frame's header is 0x20",
        "V 1x|byte 3 of a frame's header is 0x78",
        "V 65537|a frame V of more than 65536 bytes",
        "V 9999999999999999999999|a frame V of more than 65536 bytes",
      })
  void aHeaderIsALetterABlankANumberAndANewlineAndNothingElse(String header, String error) {
    FrameDecoder decoder = new FrameDecoder();
    assertThatThrownBy(() -> decoder.next(bytes(header + "\n")))
        .isInstanceOf(WireException.class)
        .hasMessage(error);
    assertThatThrownBy(() -> decoder.next(bytes("V 1\n1")))
        .as("nothing is taken after an error")
        .hasMessage(error);
    assertThatThrownBy(decoder::end).hasMessage(error);
  }

  @Test
  void aLengthWithoutDigitsIsNone() {
    assertThatThrownBy(() -> new FrameDecoder().next(bytes("V \n")))
        .hasMessage("byte 2 of a frame's header is 0xa");
    assertThatThrownBy(() -> new FrameDecoder().next(bytes("V\n")))
        .hasMessage("byte 1 of a frame's header is 0xa");
  }

  @Test
  void theLargestFrameIsTaken() throws WireException {
    byte[] large = new byte[Frame.MAX_PAYLOAD];
    large[65535] = 7;
    Frame frame =
        new FrameDecoder().next(ByteBuffer.wrap(new Frame('I', Bytes.of(large)).encoded()));
    assertThat(frame).isEqualTo(new Frame('I', Bytes.of(large)));
  }

  @Test
  void anEndWithinAFrameIsAnError() throws WireException {
    for (String part : List.of("J", "J ", "J 4", "J 4\n", "J 4\nboo")) {
      FrameDecoder decoder = new FrameDecoder();
      assertThat(decoder.next(bytes(part))).isNull();
      assertThatThrownBy(decoder::end).hasMessage("the end of the connection within a frame");
    }
    FrameDecoder decoder = new FrameDecoder();
    assertThat(decoder.next(bytes("J 4\nbook"))).isNotNull();
    decoder.end();
  }
}
